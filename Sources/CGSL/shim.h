/* GNU Scientific Library for Swift: the headers in use, and one accessor per algorithm table.
 *
 * GSL names its algorithms by mutable global pointers (`gsl_qrng_sobol`). Swift 6 refuses to read mutable C globals,
 * because it cannot prove that nobody writes them. Nobody does; the accessors below read them in C. No logic here. */

#ifndef NACRE_CGSL_SHIM_H
#define NACRE_CGSL_SHIM_H

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_siman.h>
#include <gsl/gsl_vector.h>
#include <gsl/gsl_version.h>

/* The version of the library that is linked. */

static inline const char *cgsl_version(void) {
    return gsl_version;
}

/* Minimisation in several dimensions, with gradient. */

static inline const gsl_multimin_fdfminimizer_type *cgsl_fdfminimizer_bfgs2(void) {
    return gsl_multimin_fdfminimizer_vector_bfgs2;
}

static inline const gsl_multimin_fdfminimizer_type *cgsl_fdfminimizer_conjugate_fr(void) {
    return gsl_multimin_fdfminimizer_conjugate_fr;
}

static inline const gsl_multimin_fdfminimizer_type *cgsl_fdfminimizer_conjugate_pr(void) {
    return gsl_multimin_fdfminimizer_conjugate_pr;
}

/* Minimisation in several dimensions, without gradient. */

static inline const gsl_multimin_fminimizer_type *cgsl_fminimizer_nmsimplex2(void) {
    return gsl_multimin_fminimizer_nmsimplex2;
}

/* Random numbers, for simulated annealing only. */

static inline const gsl_rng_type *cgsl_rng_mt19937(void) {
    return gsl_rng_mt19937;
}

/* One dimension: root and minimum in a bracket. */

static inline const gsl_root_fsolver_type *cgsl_root_brent(void) {
    return gsl_root_fsolver_brent;
}

static inline const gsl_min_fminimizer_type *cgsl_min_brent(void) {
    return gsl_min_fminimizer_brent;
}

/* Quasi-random sequences. */

static inline const gsl_qrng_type *cgsl_qrng_sobol(void) {
    return gsl_qrng_sobol;
}

static inline const gsl_qrng_type *cgsl_qrng_niederreiter_2(void) {
    return gsl_qrng_niederreiter_2;
}

static inline const gsl_qrng_type *cgsl_qrng_halton(void) {
    return gsl_qrng_halton;
}

static inline const gsl_qrng_type *cgsl_qrng_reversehalton(void) {
    return gsl_qrng_reversehalton;
}

#endif
