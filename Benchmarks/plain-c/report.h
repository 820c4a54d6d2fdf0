/* What a run came to, and how it is printed: the same lines as `nacre-bench simulate`. */
#pragma once
#include "tables.h"

enum { MAX_HIDDEN = 64, MAX_OUTCOMES = 16 };

/* Sums by hidden state at the end, as the library keeps them. */
typedef struct {
    uint64_t outcomes[MAX_HIDDEN][MAX_OUTCOMES];
    double payoff[MAX_HIDDEN], squared_payoff[MAX_HIDDEN];
    uint64_t turns[MAX_HIDDEN], squared_turns[MAX_HIDDEN];
} sums;

static inline void add_end(sums *s, uint32_t event, double payoff, uint64_t turns) {
    uint32_t h = hidden(event);
    s->outcomes[h][low(event)]++;
    s->payoff[h] += payoff;
    s->squared_payoff[h] += payoff * payoff;
    s->turns[h] += turns;
    s->squared_turns[h] += turns * turns;
}

static double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

/* Processor time of the process, which other work on the machine disturbs little. */
static double processor_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

static void print_report(const tables *t, const sums *s, double seconds, double processor) {
    uint64_t turns = 0;
    double payoff = 0;
    for (uint64_t user = 0; user < t->hidden_count / t->state_count; user++) {
        printf("outcomes %lu", user);
        for (uint64_t outcome = 0; outcome < t->outcome_count; outcome++) {
            uint64_t count = 0;
            for (uint64_t state = 0; state < t->state_count; state++)
                count += s->outcomes[user * t->state_count + state][outcome];
            printf(" %lu", count);
        }
        printf("\n");
    }
    for (uint64_t h = 0; h < t->hidden_count; h++) turns += s->turns[h], payoff += s->payoff[h];
    printf("turns %lu\npayoff %.17g\nseconds %.9f\nrate %.6f\nprocessor_rate %.6f\n", turns, payoff, seconds,
           turns / seconds / 1e6, turns / processor / 1e6);
}

/* Reads the arguments FILE EPISODES, plays once to warm up and once against the clock, and reports. */
static int run_main(int count, char **arguments, void (*play)(const tables *, uint64_t episodes, sums *)) {
    static sums s;
    if (count != 3) {
        fprintf(stderr, "usage: %s TABLES EPISODES\n", arguments[0]);
        return 2;
    }
    tables t = read_tables(arguments[1]);
    uint64_t episodes = strtoull(arguments[2], NULL, 10);
    if (t.hidden_count > MAX_HIDDEN || t.outcome_count > MAX_OUTCOMES) {
        fprintf(stderr, "%s: the game is too large for this program\n", arguments[1]);
        return 1;
    }
    play(&t, episodes < 200000 ? episodes : 200000, &s);
    memset(&s, 0, sizeof s);
    double start = clock_seconds(), processor = processor_seconds();
    play(&t, episodes, &s);
    processor = processor_seconds() - processor;
    print_report(&t, &s, clock_seconds() - start, processor);
    return 0;
}
