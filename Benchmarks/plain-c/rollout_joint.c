/* One draw a turn: response and user's side from one alias table over both, an episode at a time. The generator has a state
   of its own (xoshiro256+), so an episode cannot be played alone, and policies do not meet the same users: what the
   library's draws cost beside draws that promise nothing. Plays the same game as the others, but not the same episodes.

   Source of the generator: Blackman & Vigna 2021 (doi:10.1145/3460772). */
#include "report.h"

/* Below the threshold the column's own event, otherwise the alias: indices in `events` of the hidden state. */
typedef struct { uint32_t threshold, alias; } joint_column;
typedef struct { uint32_t event, response; } joint_event;

/* [nodes, hidden, n] columns and [hidden, n] events, where n counts (response, user's side). */
static struct { uint64_t n; joint_column *columns; joint_event *events; } joint;

/* The distribution that an alias row draws from: of each column's own event. */
static void probabilities(const column *row, uint64_t n, double *p) {
    for (uint64_t i = 0; i < n; i++) p[i] = 0;
    for (uint64_t i = 0; i < n; i++) {
        double own = row[i].events[0] == row[i].events[1] ? 1 : row[i].threshold * 0x1p-64;
        p[i] += own / n;
        for (uint64_t j = 0; j < n; j++)
            if (own < 1 && row[j].events[0] == row[i].events[1]) { p[j] += (1 - own) / n; break; }
    }
}

static void *allocate(size_t size) {
    void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!memory) exit(1);
    return memory;
}

/* Walker's table by Vose's construction. */
static void alias(const double *p, uint64_t n, joint_column *out) {
    double *share = allocate(n * sizeof *share);
    uint32_t *small = allocate(n * sizeof *small), *large = allocate(n * sizeof *large);
    uint64_t smalls = 0, larges = 0;
    for (uint64_t i = 0; i < n; i++) {
        share[i] = p[i] * n;
        out[i] = (joint_column){UINT32_MAX, (uint32_t)i};
        if (share[i] < 1) small[smalls++] = (uint32_t)i; else large[larges++] = (uint32_t)i;
    }
    while (smalls && larges) {
        uint32_t less = small[--smalls], more = large[larges - 1];
        out[less] = (joint_column){(uint32_t)(share[less] * 0x1p32), more};
        share[more] -= 1 - share[less];
        if (share[more] < 1) larges--, small[smalls++] = more;
    }
    free(share), free(small), free(large);
}

static void build(const tables *t) {
    uint64_t nodes = 1, a = t->response_count, e = t->event_count, n = joint.n = a * e;
    for (uint64_t i = 0; i < t->successor_count; i++)
        if (t->successors[i].responses / a >= nodes) nodes = t->successors[i].responses / a + 1;
    joint.columns = allocate(nodes * t->hidden_count * n * sizeof *joint.columns);
    joint.events = allocate(t->hidden_count * n * sizeof *joint.events);
    double *responses = allocate(a * 8), *user = allocate(e * 8), *both = allocate(n * 8);
    for (uint64_t h = 0; h < t->hidden_count; h++)
        for (uint64_t node = 0; node < nodes; node++) {
            probabilities(t->responses + node * a, a, responses);
            for (uint64_t i = 0; i < n; i++) {
                const column *row = t->reactions + (h * a + i / e) * e;
                if (i % e == 0) probabilities(row, e, user);
                both[i] = responses[i / e] * user[i % e];
                joint.events[h * n + i] = (joint_event){row[i % e].events[0], (uint32_t)(i / e)};
            }
            alias(both, n, joint.columns + (node * t->hidden_count + h) * n);
        }
    free(responses), free(user), free(both);
}

typedef struct { uint64_t a, b, c, d; } generator;

static inline uint64_t next(generator *g) {
    uint64_t word = g->a + g->d, shifted = g->b << 17;
    g->c ^= g->a, g->d ^= g->b, g->b ^= g->c, g->a ^= g->d, g->c ^= shifted, g->d = g->d << 45 | g->d >> 19;
    return word;
}

static void play(const tables *tables_in, uint64_t episodes, sums *s) {
    const tables t = *tables_in;
    if (!joint.columns) build(&t);
    const joint_column *columns = joint.columns;
    const joint_event *events = joint.events;
    const uint64_t n = joint.n;
    generator g = {0x9E3779B97F4A7C15ull, 0xD1B54A32D192ED03ull, 0x8CB92BA72F3D8DD7ull, t.seed};
    for (uint64_t episode = 0; episode < episodes; episode++) {
        uint32_t event = draw(t.opening, t.opening_count, next(&g));
        node_rows node = t.initial[low(event)];
        double payoff = 0;
        uint64_t turn = 1;
        for (;; turn++) {
            uint64_t h = hidden(event), place = (next(&g) >> 32) * n, at = place >> 32;
            joint_column found = columns[(node.responses / t.response_count * t.hidden_count + h) * n + at];
            joint_event drawn = events[h * n + ((uint32_t)place < found.threshold ? at : found.alias)];
            payoff += t.discounts[turn - 1] * t.stage_payoff[h * t.response_count + drawn.response];
            event = drawn.event;
            if (ended(event)) {
                payoff += t.discounts[turn - 1] * t.outcome_payoff[hidden(event) * t.outcome_count + low(event)];
                break;
            }
            if (turn == t.horizon) {
                event = timed_out(&t, event);
                payoff += t.discounts[turn] * t.outcome_payoff[hidden(event) * t.outcome_count + t.timeout];
                break;
            }
            node = t.successors[node.successors + low(event)];
        }
        add_end(s, event, payoff, turn);
    }
}

int main(int count, char **arguments) { return run_main(count, arguments, play); }
