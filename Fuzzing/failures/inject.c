/* Lets one call to the system fail: LD_PRELOAD=inject.so NACRE_FAIL_CALL=write NACRE_FAIL_AT=3 PROGRAM.

   NACRE_FAIL_CALL    write, pwrite, rename, fsync, open (to write), ftruncate, mkdir or malloc
   NACRE_FAIL_AT      which of them fails, from 1
   NACRE_FAIL_ON      if set, that one and all that follow (a full disk stays full)
   NACRE_FAIL_ERRNO   the error, as a number (28: ENOSPC)
   NACRE_FAIL_UNDER   folders, separated by colons; calls about other files are neither counted nor fail
   NACRE_FAIL_REPORT  a file that is made when a call has failed, so that it is known that one did

   Only calls that a program makes through the C library are seen; that is how Swift, Foundation and SQLite make theirs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { OTHER, WRITE, PWRITE, RENAME, FSYNC, OPEN, FTRUNCATE, MKDIR, MALLOC };
static int wanted;
static long at;
static int stays, code;
static const char *under, *report;
static atomic_long calls;

__attribute__((constructor)) static void begin(void) {
    static const char *const names[] = {"", "write", "pwrite", "rename", "fsync", "open", "ftruncate", "mkdir", "malloc"};
    const char *call = getenv("NACRE_FAIL_CALL"), *number = getenv("NACRE_FAIL_AT"), *error = getenv("NACRE_FAIL_ERRNO");
    under = getenv("NACRE_FAIL_UNDER"), report = getenv("NACRE_FAIL_REPORT"), stays = getenv("NACRE_FAIL_ON") != NULL;
    at = number ? atol(number) : 0, code = error ? atoi(error) : ENOSPC;
    for (int index = 1; call && index < 9; index++)
        if (!strcmp(call, names[index])) wanted = index;
}

static int is_under(const char *path) {
    if (!under) return 1;
    for (const char *start = under; *start;) {
        size_t length = strcspn(start, ":");
        if (length && !strncmp(path, start, length)) return 1;
        start += length + (start[length] == ':');
    }
    return 0;
}

/* Whether a path, which may be relative, is of a file that counts. */
static int counts_path(const char *path) {
    char whole[PATH_MAX * 2];
    if (!under || !path) return 1;
    if (path[0] == '/') return is_under(path);
    if (syscall(SYS_getcwd, whole, PATH_MAX) < 0) return 0;
    strcat(strcat(whole, "/"), path);
    return is_under(whole);
}

static int counts_file(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return path[0] == '/' && (!under || is_under(path));
}

/* Whether this call is the one. */
static int fails(int call) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (number < at || (number > at && !stays) || at < 1) return 0;
    if (report) {
        long file = syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT, 0600);
        if (file >= 0) syscall(SYS_close, file);
    }
    errno = call == MALLOC ? ENOMEM : code;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (wanted == WRITE && counts_file(file) && fails(WRITE)) return -1;
    return syscall(SYS_write, file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    if (wanted == PWRITE && counts_file(file) && fails(PWRITE)) return -1;
    return syscall(SYS_pwrite64, file, bytes, count, place);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) { return pwrite(file, bytes, count, place); }

int rename(const char *from, const char *to) {
    if (wanted == RENAME && counts_path(to) && fails(RENAME)) return -1;
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    if (wanted == RENAME && counts_path(to) && fails(RENAME)) return -1;
    return syscall(SYS_renameat2, a, from, b, to, flags);
}

int fsync(int file) {
    if (wanted == FSYNC && counts_file(file) && fails(FSYNC)) return -1;
    return syscall(SYS_fsync, file);
}
int fdatasync(int file) {
    if (wanted == FSYNC && counts_file(file) && fails(FSYNC)) return -1;
    return syscall(SYS_fdatasync, file);
}

static int open_counted(int folder, const char *path, int flags, mode_t mode) {
    if (wanted == OPEN && (flags & (O_WRONLY | O_RDWR)) && counts_path(path) && fails(OPEN)) return -1;
    return syscall(SYS_openat, folder, path, flags, mode);
}
static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPENING(name)                                                                                                         \
    int name(const char *path, int flags, ...) {                                                                              \
        va_list rest;                                                                                                         \
        va_start(rest, flags);                                                                                                \
        mode_t mode = mode_of(flags, rest);                                                                                   \
        va_end(rest);                                                                                                         \
        return open_counted(AT_FDCWD, path, flags, mode);                                                                     \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                                                                                      \
    int name(int folder, const char *path, int flags, ...) {                                                                  \
        va_list rest;                                                                                                         \
        va_start(rest, flags);                                                                                                \
        mode_t mode = mode_of(flags, rest);                                                                                   \
        va_end(rest);                                                                                                         \
        return open_counted(folder, path, flags, mode);                                                                       \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

int ftruncate(int file, off_t size) {
    if (wanted == FTRUNCATE && counts_file(file) && fails(FTRUNCATE)) return -1;
    return syscall(SYS_ftruncate, file, size);
}
int ftruncate64(int file, off64_t size) { return ftruncate(file, size); }

int mkdir(const char *path, mode_t mode) {
    if (wanted == MKDIR && counts_path(path) && fails(MKDIR)) return -1;
    return syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

static int no_memory(void) { return wanted == MALLOC && fails(MALLOC); }
void *malloc(size_t size) { return no_memory() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return no_memory() ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return no_memory() ? NULL : __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { return no_memory() ? NULL : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return no_memory() ? NULL : __libc_memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    if (no_memory()) return ENOMEM;
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
