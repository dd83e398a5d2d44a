/* The model once more, in C, as close to the machine as is sensible: what the ensemble is measured against.

   One group of W runs at a time (8 with AVX-512, 4 with AVX, else 2), each quantity of a group one vector, all state of a group in the first
   cache. Who plays which part is known to the compiler (-D, see c_kernel.py), so that its loops unroll.
   Luck, parameters and the start are handed in as arrays whose last axis is the run. Covered: steps of a
   quarter, routine conduct, every mechanism, and dated events that are certain (parameters set or added
   to, jumps of an engagement, violations). Equations are those of sim/, arranged for speed:

   - threat as the square of its root, the root of a power as half an exponent, so no square roots;
   - sizes and roots of capability grow by their own factors, so no powers beyond those of hostility;
   - a hazard's exponential only where the uniform number lies below the expected events (1-exp(-x) <= x);
   - what is idle in all W runs (nobody isolated, no violation, no crisis) is passed over. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __AVX__
#include <immintrin.h>
#endif

#ifndef N
#error "N (actors), ALLIANCES, HEDGES, WEDGES, FLASHPOINTS, DISPUTES and THRESHOLDS come from c_kernel.py"
#endif
#if defined __AVX512F__
#define W 8
#elif defined __AVX__
#define W 4
#else
#define W 2
#endif
#define INLINE static inline __attribute__((always_inline))
#define PAIRS (N * (N - 1) / 2)
#define EACH(k, count) _Pragma("GCC unroll 16") for (int k = 0; k < (count); k++)
#define OTHERS(j, i) EACH(j, N) if (j != (i))

typedef double v __attribute__((vector_size(8 * W)));
typedef int64_t w __attribute__((vector_size(8 * W)));

/* who plays which part, by index; an unused last row, since C knows no empty lists */
static const int ALLIANCE[][2] = {ALLIANCES{0, 0}};      /* patron, client */
static const int HEDGE[][2] = {HEDGES{0, 0}};            /* client, rival of its patron */
static const int WEDGE[][3] = {WEDGES{0, 0, 0}};         /* divider, target, adversary */
static const int FLASHPOINT[][2] = {FLASHPOINTS{0, 0}};  /* attacker, defender */
static const int DISPUTE[][2] = {DISPUTES{0, 0}};        /* holder, claimant */
enum {
    A = sizeof ALLIANCE / sizeof *ALLIANCE - 1, H = sizeof HEDGE / sizeof *HEDGE - 1,
    V = sizeof WEDGE / sizeof *WEDGE - 1, F = sizeof FLASHPOINT / sizeof *FLASHPOINT - 1,
    D = sizeof DISPUTE / sizeof *DISPUTE - 1,
};

/* streams of luck; each point of crisis has its own stream of who joins */
enum { ENGAGEMENT, ALIGNMENT, VIOLATION, CRISIS, CONTEST, SETTLEMENT, ACTIVITY, JOINING };
#define STREAMS (JOINING + F)

#define PARAMETERS(X) \
    X(setting, proximity, N * N) X(setting, opportunity, N * N) X(setting, growth, N) \
    X(setting, size_exponent, 1) X(setting, spillover, 1) \
    X(conduct, inertia, 1) X(conduct, noise, 1) X(conduct, feedback, 1) X(conduct, disposition, N * N) \
    X(alignment, adjustment, 1) X(alignment, reversion, 1) X(alignment, noise, 1) X(alignment, rest, N * N) \
    X(reciprocity, weight, 1) X(reciprocity, response, N * N) X(reciprocity, pull, 1) \
    X(threat, weight, 1) X(threat, scale, 1) X(threat, hostility_exponent, 1) X(threat, entanglement, 1) \
    X(balance, weight, 1) X(isolation, weight, 1) \
    X(commitment, weight, 1) X(commitment, adjustment, 1) X(commitment, rest, N * N) \
    X(commitment, solidarity, 1) X(commitment, hedging, 1) X(commitment, detachment, 1) \
    X(norms, weight, 1) X(norms, resolve, N * N) X(norms, hazard, N) X(norms, recklessness, 1) \
    X(norms, deterrence, 1) X(norms, erosion, 1) X(norms, recovery, 1) X(norms, order_rest, 1) \
    X(norms, forgetting, 1) X(norms, learning, 1) X(norms, emboldenment, 1) X(norms, counter_binding, 1) \
    X(crisis, weight, 1) X(crisis, hazard, F) X(crisis, recklessness, 1) X(crisis, deterrence, 1) \
    X(crisis, aloofness, 1) X(crisis, affinity, 1) X(crisis, restraint, 1) X(crisis, decisiveness, 1) \
    X(crisis, resentment, 1) X(crisis, desertion, 1) \
    X(territory, weight, 1) X(territory, settlement_base, 1) X(territory, settlement_offer, 1) \
    X(territory, settlement_alignment, 1) X(territory, settlement_guarantee, 1) \
    X(territory, reference_opportunity, 1) X(territory, activity_base, 1) X(territory, activity_patron, 1) \
    X(territory, activity_claimant, 1) X(territory, activity_noise, 1)

#define QUANTITIES(X) \
    X(engagement, N * N) X(sanction, N * N) X(stance, N * N) X(threat, N * N) X(alignment, N * N) \
    X(commitment, N * N) X(guarantee, N) X(capability, N) X(grievance, N) X(deterrent, N) X(order, 1) \
    X(settlement, D) X(activity, D) X(violation, N) X(crisis, F) X(loss, F) X(joined, F * N)

#define NAMED(group, name, rows) #group "." #name " "
#define CALLED(name, rows) #name " "
const char kernel_parameters[] = PARAMETERS(NAMED), kernel_quantities[] = QUANTITIES(CALLED);

#define FIELD(group, name, rows) v group##_##name[rows];
#define HELD(name, rows) v name[rows];
#define ROWS(group, name, rows) rows,
#define HEIGHT(name, rows) rows,
typedef struct { PARAMETERS(FIELD) } Rules;
typedef struct { QUANTITIES(HELD) } State;
#define PLACE(field) (int64_t)(offsetof(Rules, field) / sizeof(v))
static const int PARAMETER_ROWS[] = {PARAMETERS(ROWS)}, QUANTITY_ROWS[] = {QUANTITIES(HEIGHT)};
enum { KINDS = sizeof PARAMETER_ROWS / sizeof(int), SHOWN = sizeof QUANTITY_ROWS / sizeof(int) };

typedef struct { int64_t row, from, until, sets; double value; } Change; /* of a parameter, while in force */
typedef struct { int64_t step, violation, row, sets; double value; } Jump; /* of an engagement, or a violation */
typedef struct { int64_t one, other, year, last; double hostility, at[THRESHOLDS], below[THRESHOLDS]; } Front;

typedef struct {
    int64_t runs, steps;                                    /* runs: a multiple of W, and the length of a row */
    const double *const *parameters, *const *start, *const *luck; /* luck[stream * steps + step] */
    const int64_t *wide, *wide_start;                       /* whether there is a number for each run */
    const Change *changes; int64_t many_changes;            /* in the order of their dates */
    const Jump *jumps; int64_t many_jumps;
    double *const *paths;                                   /* (time, row, run) each, or NULL; 64-byte aligned */
    const Front *front; double *measured;                   /* (column, run), or NULL */
} Job;

/* --- vectors ------------------------------------------------------------------------------------ */

INLINE v all(double x) { return x - (v){0}; }
INLINE v loaded(const double *p) { v x; __builtin_memcpy(&x, p, sizeof x); return x; }
#ifdef __AVX512F__
typedef __mmask8 mask;
INLINE v most(v a, v b) { return _mm512_max_pd(a, b); }
INLINE v least(v a, v b) { return _mm512_min_pd(a, b); }
INLINE v size_of(v a) { return _mm512_abs_pd(a); }
INLINE v root(v a) { return _mm512_sqrt_pd(a); }
INLINE mask below(v a, v b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
INLINE mask same(v a, v b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
INLINE v pick(mask m, v yes, v no) { return _mm512_mask_blend_pd(m, no, yes); }
INLINE v only(mask m, v yes) { return _mm512_maskz_mov_pd(m, yes); }
INLINE int some(mask m) { return m != 0; }
INLINE void keep(double *p, v x) { _mm512_stream_pd(p, x); }
#else
typedef w mask;
#ifdef __AVX__
INLINE v most(v a, v b) { return _mm256_max_pd(a, b); }
INLINE v least(v a, v b) { return _mm256_min_pd(a, b); }
INLINE v root(v a) { return _mm256_sqrt_pd(a); }
INLINE v pick(mask m, v yes, v no) { return _mm256_blendv_pd(no, yes, (v)m); }
INLINE int some(mask m) { return _mm256_movemask_pd((v)m) != 0; }
#else
INLINE v pick(mask m, v yes, v no) { return (v)(((w)yes & m) | ((w)no & ~m)); }
INLINE v most(v a, v b) { return pick(b < a, a, b); }
INLINE v least(v a, v b) { return pick(a < b, a, b); }
INLINE v root(v a) { EACH(k, W) a[k] = __builtin_sqrt(a[k]); return a; }
INLINE int some(mask m) { int64_t any = 0; EACH(k, W) any |= m[k]; return any != 0; }
#endif
INLINE mask below(v a, v b) { return a < b; }
INLINE mask same(v a, v b) { return a == b; }
INLINE v only(mask m, v yes) { return (v)((w)yes & m); }
INLINE v size_of(v a) { return (v)((w)a & INT64_MAX); }
INLINE void keep(double *p, v x) { __builtin_memcpy(p, &x, sizeof x); }
#endif
#define ONE all(1.0)
#define NONE all(0.0)
INLINE v positive(v x) { return most(x, NONE); }
INLINE v held(v x, double low, double high) { return least(most(x, all(low)), all(high)); }
INLINE int matters(v x) { return some(below(NONE, size_of(x))); }

/* exp to about 1e-16 of its value; arguments below -708 count as -708 */
INLINE v vexp(v x) {
    const double shift = 0x1.8p52;
    x = held(x, -708.0, 708.0);
    v t = x * 0x1.71547652b82fep0 + shift, n = t - shift;
    v r = x - n * 0x1.62e42fefa39efp-1 - n * 0x1.abc9e3b39803fp-56, r2 = r * r, r4 = r2 * r2;
    v low = (1.0 + r) + r2 * (0.5 + r * (1.0 / 6));
    v mid = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
    v top = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800)) + r4 * (1.0 / 479001600);
    v p = low + r4 * (mid + r4 * top);
    return (v)((w)p + ((w)t << 52));
}

/* log to about 1e-16 for numbers of 1e-300 and above (coefficients of fdlibm) */
INLINE v vlog(v x) {
    w bits = (w)x, e = (bits - 0x3fe6a09e667f3bcdLL) >> 52;
    v f = (v)(bits - (e << 52)) - 1.0, n = (v)(e + (w)all(0x1.8p52)) - 0x1.8p52;
    v s = f / (2.0 + f), z = s * s, z2 = z * z;
    v p = (6.666666666666735130e-01 + z * 3.999999999940941908e-01) +
          z2 * ((2.857142874366239149e-01 + z * 2.222219843214978396e-01) +
                z2 * ((1.818357216161805012e-01 + z * 1.531383769920937332e-01) + z2 * 1.479819860511658591e-01));
    return n * 0x1.62e42fefa39efp-1 + (s * 2.0 + s * z * p + n * 0x1.abc9e3b39803fp-56);
}
#ifdef __AVX512F__
/* the same by tables that fit in registers: log2 by sixteenths of the mantissa, exp2 by eighths, and
   short series for what is left; wrong by about 1e-16 where base and power are at most 1 */
static const v NEAR[2] = {{
    0x1.f07c1f07c1f08p-1, 0x1.d41d41d41d41dp-1, 0x1.bacf914c1bad0p-1, 0x1.a41a41a41a41ap-1,
    0x1.8f9c18f9c18fap-1, 0x1.7d05f417d05f4p-1, 0x1.6c16c16c16c17p-1, 0x1.5c9882b931057p-1}, {
    0x1.4e5e0a72f0539p-1, 0x1.4141414141414p-1, 0x1.3521cfb2b78c1p-1, 0x1.29e4129e4129ep-1,
    0x1.1f7047dc11f70p-1, 0x1.15b1e5f75270dp-1, 0x1.0c9714fbcda3bp-1, 0x1.0410410410410p-1}};
static const v LOG2[2] = {{
    0x1.6bad3758efd81p-5, 0x1.08c588cda79e5p-3, 0x1.acf5e2db4ec91p-3, 0x1.24407ab0e073ap-2,
    0x1.6e221cd9d0cddp-2, 0x1.b47ebf73882a1p-2, 0x1.f7a8568cb06cep-2, 0x1.1bf311e95d00ep-1}, {
    0x1.3abb3faa02168p-1, 0x1.5848226989d34p-1, 0x1.74b1fd64e0754p-1, 0x1.900e6160002cep-1,
    0x1.aa708f58014d4p-1, 0x1.c3e9ca2e1a055p-1, 0x1.dc899ab3ff56cp-1, 0x1.f45e08bcf0656p-1}};
static const v EXP2 = {
    0x1.0000000000000p+0, 0x1.172b83c7d517bp+0, 0x1.306fe0a31b715p+0, 0x1.4bfdad5362a27p+0,
    0x1.6a09e667f3bcdp+0, 0x1.8ace5422aa0dbp+0, 0x1.ae89f995ad3adp+0, 0x1.d5818dcfba487p+0};
INLINE v power(v base, v exponent) {
    v x = most(base, all(1e-300)), e = _mm512_getexp_pd(x), m = _mm512_getmant_pd(x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
    __m512i sixteenth = _mm512_srli_epi64((__m512i)x, 48);
    v r = m * (v)_mm512_permutex2var_pd(NEAR[0], sixteenth, NEAR[1]) - 1.0, r2 = r * r, r4 = r2 * r2;
    v low = (0x1.71547652b82fep+0 + r * -0x1.71547652b82fep-1) + r2 * (0x1.ec709dc3a03fdp-2 + r * -0x1.71547652b82fep-2);
    v top = (0x1.2776c50ef9bfep-2 + r * -0x1.ec709dc3a03fdp-3) + r2 * (0x1.a61762a7aded9p-3 + r * -0x1.71547652b82fep-3) + r4 * 0x1.484b13d7c02a9p-3;
    v y = exponent * ((e + (v)_mm512_permutex2var_pd(LOG2[0], sixteenth, LOG2[1])) + r * (low + r4 * top));
    v t = y + 0x1.8p49, n = t - 0x1.8p49, q = y - n, q2 = q * q;
    v p = ((0x1.0000000000000p+0 + q * 0x1.62e42fefa39efp-1) + q2 * (0x1.ebfbdff82c58fp-3 + q * 0x1.c6b08d704a0c0p-5)) +
          (q2 * q2) * ((0x1.3b2ab6fba4e77p-7 + q * 0x1.5d87fe78a6731p-10) + q2 * (0x1.430912f86c787p-13 + q * 0x1.ffcbfc588b0c7p-17));
    return _mm512_scalef_pd(p * (v)_mm512_permutexvar_pd((__m512i)t, EXP2), n);
}
#else
INLINE v power(v base, v exponent) { return vexp(exponent * vlog(most(base, all(1e-300)))); }
#endif

/* --- the rules ---------------------------------------------------------------------------------- */

/* what follows from the parameters in force alone */
typedef struct {
    v gain, own[N][N], answer[N][N], drift[N][N], near_root[N][N], half_exponent;
    v pull, danger, tangled, triads, lonely, pledging, relative[V + 1], weight_of_offer[D + 1];
    v larger[N], larger_root[N], larger_size[N];
    int drifting, detached, embolded, binding, tangling, hazardous[N];
} Derived;

static void derive(const Rules *r, Derived *d, int board) {
    d->gain = 1.0 - *r->conduct_inertia;
    d->half_exponent = 0.5 * *r->threat_hostility_exponent;
    d->pull = 0.5 * *r->reciprocity_weight * *r->reciprocity_pull;
    d->danger = *r->threat_weight;
    d->tangled = 0.5 * *r->threat_weight * *r->threat_entanglement;
    d->triads = *r->balance_weight;
    d->lonely = 0.5 * *r->isolation_weight;
    d->pledging = *r->commitment_weight * *r->commitment_adjustment;
    d->drifting = matters(*r->conduct_feedback);
    d->detached = matters(*r->commitment_weight * *r->commitment_detachment);
    d->embolded = matters(*r->norms_weight * *r->norms_emboldenment);
    d->binding = matters(*r->norms_weight * *r->norms_counter_binding);
    d->tangling = matters(d->tangled);
    EACH(i, N) {
        v grown = 1.0 + r->setting_growth[i];
        if (board) d->larger[i] = grown, d->larger_root[i] = root(grown), d->larger_size[i] = power(grown, *r->setting_size_exponent);
        d->hazardous[i] = matters(*r->norms_weight * r->norms_hazard[i]);
        OTHERS(j, i) {
            int k = i * N + j;
            v answer = held(*r->reciprocity_weight * r->reciprocity_response[k], -0.95, 0.95);
            v kept = 1.0 - size_of(answer);
            d->answer[i][j] = answer, d->own[i][j] = kept * r->conduct_disposition[k];
            d->drift[i][j] = kept * *r->conduct_feedback;
            if (board) d->near_root[i][j] = root(r->setting_proximity[k] / *r->threat_scale);
        }
    }
    EACH(k, V) {
        const int *wedge = WEDGE[k];
        v reward = r->setting_opportunity[wedge[1] * N + wedge[0]], rival = r->setting_opportunity[wedge[1] * N + wedge[2]];
        d->relative[k] = only(below(NONE, reward), least(reward / most(rival, all(1e-300)), ONE));
    }
    EACH(k, D)
        d->weight_of_offer[k] = r->setting_opportunity[DISPUTE[k][0] * N + DISPUTE[k][1]] / *r->territory_reference_opportunity;
}

/* --- a step ------------------------------------------------------------------------------------- */

typedef struct {
    v root_of[N], size[N], incidents[N];              /* of capability; incidents: dated violations of the step */
    v engagement0[N * N], alignment0[N * N], guarantee0[N], exposure0[H + 1];
    int accused[N], struck;                           /* who has violated in some run; whether anyone is struck now */
} Work;

INLINE int patron_of(int p, int c) {
    EACH(k, A) if (ALLIANCE[k][0] == p && ALLIANCE[k][1] == c) return 1;
    return 0;
}

/* how far a client could be drawn into its patrons' quarrel with a rival */
INLINE v exposure(const State *s, int client, int rival) {
    v part = NONE, whole = NONE;
    EACH(p, N) if (patron_of(p, client)) {
        part += s->capability[p] * s->commitment[p * N + client] * positive(-s->stance[p * N + rival]);
        whole += s->capability[p];
    }
    return part / most(whole, all(1e-300));
}

INLINE void guaranteed(State *s) {
    EACH(c, N) {
        v top = NONE, doubt = ONE;
        int patrons = 0;
        EACH(p, N) if (patron_of(p, c)) top = most(top, s->capability[p]), patrons++;
        if (!patrons) continue;
        EACH(p, N) if (patron_of(p, c))
            doubt *= 1.0 - (patrons == 1 ? ONE : s->capability[p] / top) * s->commitment[p * N + c];
        s->guarantee[c] = 1.0 - doubt;
    }
}

/* one crisis in some of the runs: who joins, who prevails, and what is left of engagements */
static void crisis(const Rules *r, State *s, int f, mask broke, const double *contest, const double *joining, int64_t runs) {
    const int a = FLASHPOINT[f][0], d = FLASHPOINT[f][1];
    v attack = s->capability[a], defence = s->capability[d], happened = only(broke, ONE);
    for (int k = 0; k < N; k++) {
        if (k == a || k == d) continue;
        v loyal = patron_of(k, d) ? s->commitment[k * N + d] : NONE;
        v pledged = patron_of(k, a) ? (1.0 - loyal) * s->commitment[k * N + a] : NONE, u = loaded(joining + k * runs);
        if (!patron_of(k, d) && !patron_of(k, a)) {
            v near = s->alignment[k * N + a], far = s->alignment[k * N + d];
            v one = vexp(held(*r->crisis_affinity * near - *r->crisis_restraint * far - *r->crisis_aloofness, -300.0, 300.0));
            v other = vexp(held(*r->crisis_affinity * far - *r->crisis_restraint * near - *r->crisis_aloofness, -300.0, 300.0));
            v total = 1.0 + one + other;
            pledged = one / total, loyal = other / total;
        }
        v behind = only(below(u, loyal), happened);
        v against = only(below(u, loyal + pledged), happened - behind);
        s->joined[f * N + k] = behind - against;
        attack += s->capability[k] * against, defence += s->capability[k] * behind;
    }
    v strongest = most(attack, defence), m = *r->crisis_decisiveness;
    v own = power(defence / strongest, m), theirs = power(attack / strongest, m);
    s->crisis[f] = happened;
    s->loss[f] = happened - only(below(loaded(contest + f * runs), own / (own + theirs)), happened);
}

INLINE void step(const Rules *r, const Derived *d, Work *o, State *s, const double *const *luck, int64_t steps, int64_t runs) {
/* luck of the next step is fetched from memory while this one is computed */
#define LUCK(stream, row) \
    (__builtin_prefetch(luck[(stream) * steps + 1] + (row) * runs + W - 1), loaded(luck[(stream) * steps] + (row) * runs))
    v whole = NONE, learnt = NONE, intent[N][N], weakness = 1.0 - *s->order;
    EACH(i, N) whole += o->size[i], learnt += o->size[i] * s->deterrent[i];
    v pooled = *r->setting_spillover * learnt / whole;
#define EXPECTS(i) ((1.0 - *r->setting_spillover) * s->deterrent[i] + pooled)

    /* decide: habit, then what presses on it */
    EACH(i, N) OTHERS(j, i) {
        int k = i * N + j;
        intent[i][j] = d->own[i][j] + d->answer[i][j] * s->stance[j * N + i];
        if (d->drifting) intent[i][j] += d->drift[i][j] * (s->alignment[k] - o->alignment0[k]);
    }
    EACH(k, H) {
        const int c = HEDGE[k][0], rival = HEDGE[k][1];
        v push = *r->commitment_hedging * (o->guarantee0[c] - s->guarantee[c]);
        if (d->detached) push += *r->commitment_detachment * (exposure(s, c, rival) - o->exposure0[k]);
        intent[c][rival] += *r->commitment_weight * push;
    }
    if (d->embolded) for (int i = 0; i < N; i++) {
        mask standing = below(all(0.05), s->grievance[i]);
        if (!o->accused[i] || !some(standing)) continue;
        v punished = NONE, top = NONE, force[N], many = NONE;
        OTHERS(k, i) {
            punished += o->size[k] * s->sanction[k * N + i];
            force[k] = s->capability[k] * positive(-s->alignment[k * N + i]);
            top = most(top, force[k]);
        }
        top = pick(below(NONE, top), top, all(-1.0));
        OTHERS(k, i) many += only(same(force[k], top), ONE);
        v free = only(standing, *r->norms_weight * *r->norms_emboldenment * (1.0 - punished / (whole - o->size[i])) / most(many, ONE));
        OTHERS(k, i) intent[i][k] -= only(same(force[k], top), free);
    }
    if (d->binding) EACH(k, V) {
        const int a = WEDGE[k][0], t = WEDGE[k][1], e = WEDGE[k][2];
        v rise = positive(s->engagement[a * N + t] - o->engagement0[a * N + t]);
        intent[e][t] += only(below(s->alignment[a * N + e], NONE), *r->norms_weight * *r->norms_counter_binding * rise * d->relative[k]);
    }

    /* crises break out on what was before */
    int broken = 0;
    EACH(f, F) {
        const int a = FLASHPOINT[f][0], b = FLASHPOINT[f][1];
        v expected = *r->crisis_weight * r->crisis_hazard[f] * (1.0 + *r->crisis_recklessness * weakness) *
                     (1.0 + positive(-s->alignment[a * N + b])) * positive(1.0 - *r->crisis_deterrence * EXPECTS(a));
        v u = LUCK(CRISIS, f);
        s->crisis[f] = s->loss[f] = NONE;
        EACH(k, N) s->joined[f * N + k] = NONE;
        if (!some(below(u, expected))) continue;
        mask broke = below(u, 1.0 - vexp(-expected));
        if (!some(broke)) continue;
        crisis(r, s, f, broke, luck[CONTEST * steps], luck[(JOINING + f) * steps], runs);
        broken = 1;
    }

    /* violations happen by chance, on what was before */
    mask fresh[N];
    v breach[N];
    EACH(i, N) {
        breach[i] = NONE;
        if (!d->hazardous[i]) continue;
        v expected = *r->norms_weight * r->norms_hazard[i] * (1.0 + *r->norms_recklessness * weakness) *
                     positive(1.0 - *r->norms_deterrence * EXPECTS(i));
        v u = LUCK(VIOLATION, i);
        if (!some(below(u, expected))) continue;
        fresh[i] = below(u, 1.0 - vexp(-expected));
        breach[i] = only(fresh[i], ONE);
        o->accused[i] |= some(fresh[i]);
    }

    /* act */
    EACH(j, N) if (o->accused[j]) {
        v fault = *r->norms_weight * s->grievance[j];
        OTHERS(i, j) {
            v due = least(fault * r->norms_resolve[i * N + j], ONE), old = s->sanction[i * N + j];
            v gain = only(below(NONE, *r->norms_weight), d->gain);
            s->sanction[i * N + j] = held(old + gain * (due - old), 0.0, 1.0);
        }
    }
    EACH(i, N) OTHERS(j, i) {
        int k = i * N + j;
        v old = s->engagement[k];
        s->engagement[k] = old + d->gain * (held(intent[i][j], -1.0, 1.0) - old) + *r->conduct_noise * LUCK(ENGAGEMENT, k);
    }
    if (broken) EACH(f, F) {
        const int a = FLASHPOINT[f][0], b = FLASHPOINT[f][1];
        s->engagement[a * N + b] -= *r->crisis_resentment * s->crisis[f];
        s->engagement[b * N + a] -= *r->crisis_resentment * s->crisis[f];
    }
    v roots[N][N];
    EACH(i, N) OTHERS(j, i) {
        int k = i * N + j;
        s->engagement[k] = held(s->engagement[k], -1.0, 1.0);
        s->stance[k] = held(s->engagement[k] - s->sanction[k], -1.0, 1.0);
        v felt = d->near_root[j][i] * o->root_of[i] * power(0.5 - 0.5 * s->stance[k], d->half_exponent);
        roots[j][i] = felt, s->threat[j * N + i] = felt * felt;
    }

    /* alignments answer; what others hold dear is still that of before */
    v weighed[N][N], lure[N][N];
    EACH(i, N) OTHERS(k, i) weighed[i][k] = s->alignment[i * N + k] * o->size[k];
    EACH(i, N) {
        v shut = NONE, sum = NONE, drawn[N];
        OTHERS(k, i) shut -= r->setting_opportunity[i * N + k] * s->stance[k * N + i], lure[i][k] = NONE;
        if (!some(below(NONE, shut))) continue;
        OTHERS(k, i) {
            v offer = positive(s->engagement[k * N + i]), part = r->setting_opportunity[i * N + k] * offer;
            sum += part, drawn[k] = part * offer;
        }
        v scale = positive(shut) / most(sum, all(1e-300));
        OTHERS(k, i) lure[i][k] = scale * drawn[k];
    }
    v settled_by[N * N];
    EACH(k, D) settled_by[k] = s->alignment[DISPUTE[k][0] * N + DISPUTE[k][1]];
    v after[PAIRS + 1];
    int pair = 0;
    EACH(i, N) EACH(j, N) if (i < j) {
        v common = NONE, part = NONE, unshared = NONE, x = s->alignment[i * N + j];
        EACH(k, N) if (k != i && k != j) {
            common += roots[i][k] * roots[j][k];
            part += weighed[i][k] * s->alignment[j * N + k];
            unshared += size_of(s->threat[i * N + k] - s->threat[j * N + k]);
        }
        v force = d->pull * (s->stance[i * N + j] + s->stance[j * N + i]) +
                  d->danger * (common - 0.5 * (s->threat[i * N + j] + s->threat[j * N + i])) +
                  d->lonely * (lure[i][j] + lure[j][i]);
        if (d->tangling) force -= d->tangled * unshared;
        force += d->triads * part / most(whole - (o->size[i] + o->size[j]), all(1e-300));
        v m = *r->alignment_reversion, rate = *r->alignment_adjustment, room = 1.0 - x * x;
        v damping = most(1.0 + rate * (force * x + 0.5 * m), all(0.5));
        v moved = x + rate / damping * (force * room + m * (r->alignment_rest[i * N + j] - x));
        after[pair] = held(moved + *r->alignment_noise * room * LUCK(ALIGNMENT, pair), -1.0, 1.0);
        pair++;
    }
    pair = 0;
    EACH(i, N) EACH(j, N) if (i < j) s->alignment[i * N + j] = s->alignment[j * N + i] = after[pair++];

    /* commitments answer */
    EACH(k, A) {
        const int p = ALLIANCE[k][0], c = ALLIANCE[k][1];
        v unlike = NONE, sum = NONE, old = s->commitment[p * N + c];
        EACH(j, N) if (j != p && j != c) {
            sum += s->threat[p * N + j];
            if (o->accused[j]) unlike += s->threat[p * N + j] * size_of(s->sanction[c * N + j] - s->sanction[p * N + j]);
        }
        v loyalty = -0.5 * unlike / most(sum, all(1e-300));
        v now = old + d->pledging * (r->commitment_rest[p * N + c] - old + *r->commitment_solidarity * loyalty);
        if (broken) EACH(f, F) if (FLASHPOINT[f][1] == c && FLASHPOINT[f][0] != p)
            now -= *r->crisis_desertion * s->crisis[f] * (1.0 - positive(s->joined[f * N + p]));
        s->commitment[p * N + c] = held(now, 0.0, 1.0);
    }

    /* norms answer */
    v lost = NONE, on = only(below(NONE, *r->norms_weight), ONE);
    EACH(i, N) {
        s->violation[i] = NONE;
        if (!o->accused[i]) continue;
        v due = NONE, punished = NONE, rest = 1.0 / (whole - o->size[i]), happened = breach[i] + on * o->incidents[i];
        OTHERS(k, i) punished += o->size[k] * s->sanction[k * N + i];
        if (matters(happened)) {
            OTHERS(k, i) due += o->size[k] * least(*r->norms_weight * r->norms_resolve[k * N + i] * (s->grievance[i] + breach[i]), ONE);
            lost += happened * (1.0 - due * rest);
            s->violation[i] = positive(happened);
        }
        v lesson = *r->norms_weight * *r->norms_learning * (punished * rest - s->deterrent[i]);
        s->deterrent[i] = held(s->deterrent[i] + only(below(all(0.05), s->grievance[i]), lesson), 0.0, 1.0);
        s->grievance[i] = positive(s->grievance[i] + breach[i] - *r->norms_weight * *r->norms_forgetting * s->grievance[i]);
    }
    *s->order = held(*s->order - *r->norms_weight * *r->norms_erosion * lost +
                     *r->norms_weight * *r->norms_recovery * (*r->norms_order_rest - *s->order), 0.0, 1.0);

    /* territory answers */
    EACH(k, D) {
        const int h = DISPUTE[k][0], c = DISPUTE[k][1];
        v logit = *r->territory_settlement_base + *r->territory_settlement_offer * positive(s->engagement[c * N + h]) * d->weight_of_offer[k] +
                  *r->territory_settlement_alignment * settled_by[k] - *r->territory_settlement_guarantee * s->guarantee[c];
        mask struck = below(LUCK(SETTLEMENT, k), *r->territory_weight / (1.0 + vexp(-logit)));
        s->settlement[k] = pick(struck, ONE, s->settlement[k]);
        v part = NONE, sum = NONE;
        EACH(p, N) if (p != h && patron_of(p, c))
            part += s->capability[p] * positive(-s->stance[h * N + p]), sum += s->capability[p];
        v mean = *r->territory_weight * (*r->territory_activity_base + *r->territory_activity_patron * part / most(sum, all(1e-300)) +
                                         *r->territory_activity_claimant * positive(-s->stance[h * N + c]));
        s->activity[k] = positive(mean * held(1.0 + *r->territory_activity_noise * LUCK(ACTIVITY, k), 0.0, 2.0));
    }
    EACH(i, N) s->capability[i] *= d->larger[i], o->root_of[i] *= d->larger_root[i], o->size[i] *= d->larger_size[i];
    guaranteed(s);
}

/* --- the front, measured on the way ------------------------------------------------------------- */

typedef struct { v window[64], hostility[64], on[THRESHOLDS + 1], ever[THRESHOLDS + 1], first, share, index; } Measure;

static void measure(const Front *f, Measure *m, const State *s, int64_t t) {
    const int year = (int)f->year, one = (int)f->one, other = (int)f->other;
    v x = s->alignment[one * N + other], top = NONE, worst = ONE, best = NONE;
    EACH(k, N) if (k != one && k != other) {
        v both = most(s->alignment[one * N + k], s->alignment[other * N + k]);
        v strength = only(below(both, NONE), s->capability[k]);
        mask tied = same(strength, top);
        worst = pick(below(top, strength), both, pick(tied, pick(below(NONE, strength), most(worst, both), worst), worst));
        top = most(top, strength);
    }
    if (t >= f->last) {
        EACH(k, N) if (k != one && k != other)
            best = most(best, positive(x) * root(positive(-s->alignment[one * N + k]) * positive(-s->alignment[other * N + k])));
        m->index += best;
    }
    m->window[t % year] = x, m->hostility[t % year] = worst;
    int full = t + 1 >= year, many = full ? year : (int)t + 1;
    v low = x, high = x, mean = NONE;
    for (int k = 0; k < many; k++) {
        v old = m->window[(t + 1 + year - many + k) % year];
        low = least(low, old), high = most(high, old);
        mean += m->hostility[(t + 1 + year - many + k) % year];
    }
    if (!full) return;
    v odds = only(below(mean / (double)many, all(nextafter(f->hostility, 1.0))), ONE);
    EACH(k, THRESHOLDS + 1) {
        const int level = k < THRESHOLDS ? k : 0; /* the last one: at the main threshold, adversary or not */
        v begins = pick(below(low, all(f->at[level])), NONE, k < THRESHOLDS ? odds : ONE);
        v ends = only(below(high, all(f->below[level])), ONE);
        m->on[k] = most(begins, m->on[k] - only(same(ends, ONE), m->on[k]));
        if (!k) m->first = pick(below(m->ever[0], m->on[0]), all((double)t / year), m->first), m->share += m->on[0];
        m->ever[k] = most(m->ever[k], m->on[k]);
    }
}

static void report(const Front *f, const Measure *m, double *to, int64_t runs, int64_t steps) {
    v columns[4] = {m->ever[0], m->first, m->share / (double)steps, m->ever[THRESHOLDS]};
    EACH(k, 4) __builtin_memcpy(to + k * runs, &columns[k], sizeof(v));
    v index = m->index / (double)(steps + 1 - f->last);
    __builtin_memcpy(to + 4 * runs, &index, sizeof index);
    for (int k = 1; k < THRESHOLDS; k++) __builtin_memcpy(to + (4 + k) * runs, &m->ever[k], sizeof(v));
}

/* --- W runs from start to end ------------------------------------------------------------------- */

INLINE void filled(v *to, const int *rows, int kinds, const double *const *from, const int64_t *wide, int64_t runs, int64_t run) {
    for (int kind = 0; kind < kinds; kind++)
        for (int row = 0; row < rows[kind]; row++)
            *to++ = wide[kind] ? loaded(from[kind] + row * runs + run) : all(from[kind][row]);
}

INLINE void stored(const State *s, double *const *paths, int64_t t, int64_t runs, int64_t run) {
    const v *from = (const v *)s;
    for (int kind = 0; kind < SHOWN; from += QUANTITY_ROWS[kind++])
        if (paths[kind])
            for (int row = 0; row < QUANTITY_ROWS[kind]; row++)
                keep(paths[kind] + (t * QUANTITY_ROWS[kind] + row) * runs + run, from[row]);
}

void kernel_run(const Job *job) {
    const int64_t runs = job->runs, steps = job->steps;
    const double *luck[STREAMS * steps + 1];
    for (int64_t run = 0; run < runs; run += W) {
        Rules given, rules;
        Derived derived = {0};
        Work work = {0};
        State state;
        Measure seen = {0};
        seen.first = all(NAN);
        filled((v *)&given, PARAMETER_ROWS, KINDS, job->parameters, job->wide, runs, run);
        filled((v *)&state, QUANTITY_ROWS, SHOWN, job->start, job->wide_start, runs, run);
        rules = given;
        luck[STREAMS * steps] = NULL;
        for (int k = 0; k < STREAMS * steps; k++) luck[k] = job->luck[k] ? job->luck[k] + run : NULL;
        for (int k = 0; k < N * N; k++) work.engagement0[k] = state.engagement[k], work.alignment0[k] = state.alignment[k];
        EACH(i, N) {
            work.guarantee0[i] = state.guarantee[i];
            work.accused[i] = matters(state.grievance[i]);
            OTHERS(j, i) work.accused[j] |= matters(state.sanction[i * N + j]);
        }
        EACH(k, H) work.exposure0[k] = exposure(&state, HEDGE[k][0], HEDGE[k][1]);
        if (job->measured) measure(job->front, &seen, &state, 0);
        stored(&state, job->paths, 0, runs, run);
        for (int64_t k = 0; k < steps; k++) {
            int turned = k == 0, board = k == 0; /* whether a parameter changes, and one of setting or threat */
            for (int64_t e = 0; e < job->many_changes; e++) {
                const Change *each = &job->changes[e];
                if (each->from != k && each->until != k) continue;
                turned = 1;
                board |= each->row < PLACE(conduct_inertia) || (each->row >= PLACE(threat_weight) && each->row < PLACE(balance_weight));
            }
            if (turned) {
                for (int64_t e = 0; e < job->many_changes; e++) ((v *)&rules)[job->changes[e].row] = ((v *)&given)[job->changes[e].row];
                for (int64_t e = 0; e < job->many_changes; e++) {
                    const Change *each = &job->changes[e];
                    if (each->from > k || each->until <= k) continue;
                    v *cell = (v *)&rules + each->row;
                    *cell = each->sets ? all(each->value) : *cell + each->value;
                }
                derive(&rules, &derived, board);
                if (board) EACH(i, N) {
                    work.root_of[i] = root(state.capability[i]);
                    work.size[i] = power(state.capability[i], *rules.setting_size_exponent);
                }
            }
            if (work.struck) { EACH(i, N) work.incidents[i] = NONE; work.struck = 0; }
            for (int64_t e = 0; e < job->many_jumps; e++) {
                const Jump *each = &job->jumps[e];
                if (each->step != k) continue;
                if (each->violation) {
                    v *cell = &work.incidents[each->row], old = *cell;
                    *cell = each->sets ? all(each->value) : old + each->value;
                    state.grievance[each->row] += only(below(NONE, *rules.norms_weight), *cell - old);
                    work.accused[each->row] = work.struck = 1;
                } else {
                    v *cell = &state.engagement[each->row];
                    *cell = held(each->sets ? all(each->value) : *cell + each->value, -1.0, 1.0);
                    state.stance[each->row] = held(*cell - state.sanction[each->row], -1.0, 1.0);
                }
            }
            step(&rules, &derived, &work, &state, luck + k, steps, runs);
            if (job->measured) measure(job->front, &seen, &state, k + 1);
            stored(&state, job->paths, k + 1, runs, run);
        }
        if (job->measured) report(job->front, &seen, job->measured + run, runs, steps);
    }
}
