/* An LSTM with its gradients, over numbers of type REAL.
 *
 * lstm.c includes this file twice, with REAL double and REAL float: OF(walk) is walk_double, then walk_float. What
 * <tgmath.h> calls exp and tanh are those of the argument's type.
 *
 * Arrays are in C order: x (n_x, m, T) has its element [k, j, t] at (k * m + j) * T + t. Each example is walked
 * through time by itself.
 */

typedef struct {
    size_t n_x, n_a, n_y, m, T;
    REAL *x, *a0, *c0, *da, *da_last, *dc_last; /* NULL where not given */
    REAL *W[GATES], *b[GATES], *Wy, *by;
} OF(Given);

typedef struct { /* of one example, at every step; a and c have the initial state in front */
    REAL *v, *gate[GATES], *a, *c;
} OF(Walk);

static REAL OF(sigmoid)(REAL z) {
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

static OF(Walk) OF(walk)(const OF(Given) *g, size_t j) {
    size_t n = g->n_a, wide = g->n_a + g->n_x;
    OF(Walk) w = {.v = ZEROS(g->T * wide), .a = ZEROS((g->T + 1) * n), .c = ZEROS((g->T + 1) * n)};
    for (int q = 0; q < GATES; q++) w.gate[q] = ZEROS(g->T * n);
    for (size_t k = 0; k < n; k++) {
        w.a[k] = g->a0 ? g->a0[k * g->m + j] : 0;
        w.c[k] = g->c0 ? g->c0[k * g->m + j] : 0;
    }
    for (size_t t = 0; t < g->T; t++) {
        REAL *v = w.v + t * wide; /* [a_prev; xt] */
        memcpy(v, w.a + t * n, n * sizeof *v);
        for (size_t k = 0; k < g->n_x; k++) v[n + k] = g->x[(k * g->m + j) * g->T + t];
        for (size_t k = 0; k < n; k++) {
            REAL s[GATES];
            for (int q = 0; q < GATES; q++) {
                REAL z = g->b[q][k];
                for (size_t l = 0; l < wide; l++) z += g->W[q][k * wide + l] * v[l];
                s[q] = w.gate[q][t * n + k] = q == C ? tanh(z) : OF(sigmoid)(z);
            }
            REAL c = s[F] * w.c[t * n + k] + s[I] * s[C];
            w.c[(t + 1) * n + k] = c;
            w.a[(t + 1) * n + k] = s[O] * tanh(c);
        }
    }
    return w;
}

static void OF(forget)(OF(Walk) w) {
    free(w.v), free(w.a), free(w.c);
    for (int q = 0; q < GATES; q++) free(w.gate[q]);
}

static void OF(forward)(const OF(Given) *g, REAL *a, REAL *y, REAL *c) {
    REAL *e = ZEROS(g->n_y);
    for (size_t j = 0; j < g->m; j++) {
        OF(Walk) w = OF(walk)(g, j);
        for (size_t t = 0; t < g->T; t++) {
            const REAL *at = w.a + (t + 1) * g->n_a, *ct = w.c + (t + 1) * g->n_a;
            REAL most = -INFINITY, sum = 0;
            for (size_t k = 0; k < g->n_a; k++) {
                a[(k * g->m + j) * g->T + t] = at[k];
                c[(k * g->m + j) * g->T + t] = ct[k];
            }
            for (size_t r = 0; r < g->n_y; r++) {
                e[r] = g->by[r];
                for (size_t k = 0; k < g->n_a; k++) e[r] += g->Wy[r * g->n_a + k] * at[k];
                if (e[r] > most) most = e[r];
            }
            for (size_t r = 0; r < g->n_y; r++) sum += e[r] = exp(e[r] - most);
            for (size_t r = 0; r < g->n_y; r++) y[(r * g->m + j) * g->T + t] = e[r] / sum;
        }
        OF(forget)(w);
    }
    free(e);
}

/* da and dc are the gradients into the state of one example: after the last step at first, before the first at last. */
static void OF(backward)(const OF(Given) *g, size_t j, REAL *dx, REAL *da, REAL *dc, REAL **dW, REAL **db) {
    size_t n = g->n_a, wide = g->n_a + g->n_x;
    REAL *dv = ZEROS(wide);
    OF(Walk) w = OF(walk)(g, j);
    for (size_t t = g->T; t-- > 0;) {
        const REAL *v = w.v + t * wide;
        memset(dv, 0, wide * sizeof *dv);
        for (size_t k = 0; k < n; k++) {
            REAL f = w.gate[F][t * n + k], i = w.gate[I][t * n + k], h = w.gate[C][t * n + k];
            REAL o = w.gate[O][t * n + k], tanh_c = tanh(w.c[(t + 1) * n + k]);
            REAL into = da[k] + g->da[(k * g->m + j) * g->T + t];
            REAL d = dc[k] + into * o * (1 - tanh_c * tanh_c);
            REAL dz[GATES] = {
                [F] = d * w.c[t * n + k] * f * (1 - f),
                [I] = d * h * i * (1 - i),
                [C] = d * i * (1 - h * h),
                [O] = into * tanh_c * o * (1 - o),
            };
            dc[k] = d * f;
            for (int q = 0; q < GATES; q++) {
                db[q][k] += dz[q];
                for (size_t l = 0; l < wide; l++) {
                    dW[q][k * wide + l] += dz[q] * v[l];
                    dv[l] += dz[q] * g->W[q][k * wide + l];
                }
            }
        }
        memcpy(da, dv, n * sizeof *da);
        for (size_t k = 0; k < g->n_x; k++) dx[(k * g->m + j) * g->T + t] = dv[n + k];
    }
    OF(forget)(w);
    free(dv);
}

/* From here on the protocol: what a message holds, and what is answered. An array is a list of lists of numbers. */

static REAL *OF(numbers)(const char *list) {
    if (!list) return NULL; /* not given */
    size_t count = 0;
    const char *end = past(list);
    for (const char *p = list; p < end; p++) count += *p == ',' || *p == ']'; /* no fewer than there are numbers */
    REAL *found = ZEROS(count), *next = found;
    while (list < end) {
        if (strchr("[], ", *list)) list++;
        else *next++ = (REAL)number(&list);
    }
    return found;
}

static const REAL *OF(print)(const REAL *values, int axes, const size_t *shape) {
    if (!axes) return print_number((double)*values, sizeof *values), values + 1;
    putchar('[');
    for (size_t i = 0; i < *shape; i++) {
        if (i) putchar(',');
        values = OF(print)(values, axes - 1, shape + 1);
    }
    putchar(']');
    return values;
}

/* One output: its name and its values, which are done with. */
static void OF(give)(const char *name, REAL *values, int axes, size_t one, size_t two, size_t three) {
    print_name(name);
    OF(print)(values, axes, (size_t[]){one, two, three});
    free(values);
}

static OF(Given) OF(given)(const char *message) {
    const char *inputs = member(message, "inputs"), *parameters = member(message, "parameters");
    const char *x = member(inputs, "x"), *Wy = member(parameters, "Wy");
    OF(Given) g = {
        .n_x = length(x, 0), .m = length(x, 1), .T = length(x, 2), .n_y = length(Wy, 0), .n_a = length(Wy, 1),
        .x = OF(numbers)(x), .a0 = OF(numbers)(member(inputs, "a0")), .c0 = OF(numbers)(member(inputs, "c0")),
        .da = OF(numbers)(member(inputs, "da")), .da_last = OF(numbers)(member(inputs, "da_last")),
        .dc_last = OF(numbers)(member(inputs, "dc_last")), .Wy = OF(numbers)(Wy), .by = OF(numbers)(member(parameters, "by")),
    };
    for (int q = 0; q < GATES; q++) {
        g.W[q] = OF(numbers)(member(parameters, gate("W", q)));
        g.b[q] = OF(numbers)(member(parameters, gate("b", q)));
    }
    return g;
}

static void OF(lstm_forward)(const OF(Given) *g) {
    size_t steps = g->m * g->T;
    REAL *a = ZEROS(g->n_a * steps), *y = ZEROS(g->n_y * steps), *c = ZEROS(g->n_a * steps);
    OF(forward)(g, a, y, c);
    OF(give)("a", a, 3, g->n_a, g->m, g->T);
    OF(give)("y", y, 3, g->n_y, g->m, g->T);
    OF(give)("c", c, 3, g->n_a, g->m, g->T);
}

static void OF(lstm_backward)(const OF(Given) *g) {
    size_t n = g->n_a, wide = g->n_a + g->n_x;
    REAL *dx = ZEROS(g->n_x * g->m * g->T), *da0 = ZEROS(n * g->m), *dc0 = ZEROS(n * g->m);
    REAL *da = ZEROS(n), *dc = ZEROS(n), *dW[GATES], *db[GATES];
    for (int q = 0; q < GATES; q++) dW[q] = ZEROS(n * wide), db[q] = ZEROS(n);
    for (size_t j = 0; j < g->m; j++) {
        for (size_t k = 0; k < n; k++) {
            da[k] = g->da_last ? g->da_last[k * g->m + j] : 0;
            dc[k] = g->dc_last ? g->dc_last[k * g->m + j] : 0;
        }
        OF(backward)(g, j, dx, da, dc, dW, db);
        for (size_t k = 0; k < n; k++) da0[k * g->m + j] = da[k], dc0[k * g->m + j] = dc[k];
    }
    free(da), free(dc);
    OF(give)("dx", dx, 3, g->n_x, g->m, g->T);
    OF(give)("da0", da0, 2, n, g->m, 1);
    OF(give)("dc0", dc0, 2, n, g->m, 1); /* it may come where no c0 was given, too */
    for (int q = 0; q < GATES; q++) {
        OF(give)(gate("dW", q), dW[q], 2, n, wide, 1);
        OF(give)(gate("db", q), db[q], 2, n, 1, 1);
    }
}

static void OF(run)(const char *message, int backwards) {
    OF(Given) g = OF(given)(message);
    (backwards ? OF(lstm_backward) : OF(lstm_forward))(&g);
    free(g.x), free(g.a0), free(g.c0), free(g.da), free(g.da_last), free(g.dc_last), free(g.Wy), free(g.by);
    for (int q = 0; q < GATES; q++) free(g.W[q]), free(g.b[q]);
}
