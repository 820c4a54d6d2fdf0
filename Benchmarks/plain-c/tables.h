/* The tables of the benchmark game as `nacre-bench dump` writes them (layout: nacre-bench/TableDump.swift), and the
   random draws of Sources/GameModel/RandomDraws.swift. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned __int128 uint128;

/* One column of an alias table: events[0] below the threshold, otherwise events[1]. */
typedef struct { uint64_t threshold; uint32_t events[2]; } column;
/* Where a controller node's rows start in `responses` and in `successors`. */
typedef struct { uint32_t responses, successors; } node_rows;

typedef struct {
    uint64_t seed, state_count, response_count, event_count, hidden_count, outcome_count, observation_count, horizon;
    uint64_t timeout, turn_stride;
    const column *opening, *responses, *reactions;
    const node_rows *successors, *initial;
    const double *stage_payoff, *outcome_payoff, *discounts;
    uint64_t opening_count, successor_count;
} tables;

/* The fields of a packed event (Sources/Simulation/PackedEvent.swift). */
static inline uint32_t low(uint32_t event) { return event & 0xFFF; }
static inline uint32_t hidden(uint32_t event) { return event >> 12 & 0x7FF; }
static inline uint32_t ended(uint32_t event) { return event >> 31; }
/* The end of a conversation that timed out. */
static inline uint32_t timed_out(const tables *t, uint32_t event) {
    return (uint32_t)t->timeout | (event & 0x7FFFF000) | 1u << 31;
}

static tables read_tables(const char *path) {
    FILE *file = fopen(path, "rb");
    uint64_t head[19];
    tables t;
    if (!file || fread(head, 8, 19, file) != 19 || memcmp(head, "NACRE01", 8)) {
        fprintf(stderr, "%s: not a dump of tables\n", path);
        exit(1);
    }
    memcpy(&t, head + 1, 10 * 8);
    const uint64_t *length = head + 11;
    const uint64_t size[8] = {16, 16, 16, 8, 8, 8, 8, 8};
    const void *arrays[8];
    for (int i = 0; i < 8; i++) {
        void *array = aligned_alloc(64, (length[i] * size[i] + 63) / 64 * 64);
        if (!array || fread(array, size[i], length[i], file) != length[i]) {
            fprintf(stderr, "%s: ends early\n", path);
            exit(1);
        }
        arrays[i] = array;
    }
    fclose(file);
    t.opening = arrays[0], t.responses = arrays[1], t.reactions = arrays[2];
    t.successors = arrays[3], t.initial = arrays[4];
    t.stage_payoff = arrays[5], t.outcome_payoff = arrays[6], t.discounts = arrays[7];
    t.opening_count = length[0], t.successor_count = length[3];
    return t;
}

/* Philox4x64-10 under the key (seed, "nacre"). */
static inline __attribute__((always_inline)) void philox(
    uint64_t c0, uint64_t c1, uint64_t c2, uint64_t seed, uint64_t words[4]) {
    uint64_t c3 = 0, k0 = seed, k1 = 0x6E61637265ull;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        uint128 p0 = (uint128)0xD2E7470EE14C6C93ull * c0, p1 = (uint128)0xCA5A826395121157ull * c2;
        uint64_t next0 = (uint64_t)(p1 >> 64) ^ c1 ^ k0, next2 = (uint64_t)(p0 >> 64) ^ c3 ^ k1;
        c0 = next0, c1 = (uint64_t)p1, c2 = next2, c3 = (uint64_t)p0;
        k0 += 0x9E3779B97F4A7C15ull, k1 += 0xBB67AE8584CAA73Bull;
    }
    words[0] = c0, words[1] = c1, words[2] = c2, words[3] = c3;
}

/* Draws from one alias row of `count` columns, without a branch. */
static inline uint32_t draw(const column *row, uint64_t count, uint64_t word) {
    uint128 place = (uint128)word * count;
    const column *at = row + (uint64_t)(place >> 64);
    return at->events[(uint64_t)place >= at->threshold];
}
