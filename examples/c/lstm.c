/* An LSTM with its gradients, in C:
 *
 *     make && rnnspec check -- ./lstm
 *
 * First the layer, then the protocol. Arrays are in C order: x (n_x, m, T) has its element [k, j, t] at
 * (k * m + j) * T + t. Each example is walked through time by itself.
 */
#define _POSIX_C_SOURCE 200809L
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { F, I, C, O, GATES };
static const char *const NAMES[GATES] = {"f", "i", "c", "o"};

typedef struct {
    size_t n_x, n_a, n_y, m, T;
    double *x, *a0, *c0, *da, *da_last, *dc_last; /* NULL where not given */
    double *W[GATES], *b[GATES], *Wy, *by;
} Given;

typedef struct { /* of one example, at every step; a and c have the initial state in front */
    double *v, *gate[GATES], *a, *c;
} Walk;

static double *zeros(size_t n) {
    double *p = calloc(n ? n : 1, sizeof *p);
    if (!p) abort();
    return p;
}

static double sigmoid(double z) {
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

static Walk walk(const Given *g, size_t j) {
    size_t n = g->n_a, wide = g->n_a + g->n_x;
    Walk w = {.v = zeros(g->T * wide), .a = zeros((g->T + 1) * n), .c = zeros((g->T + 1) * n)};
    for (int q = 0; q < GATES; q++) w.gate[q] = zeros(g->T * n);
    for (size_t k = 0; k < n; k++) {
        w.a[k] = g->a0 ? g->a0[k * g->m + j] : 0;
        w.c[k] = g->c0 ? g->c0[k * g->m + j] : 0;
    }
    for (size_t t = 0; t < g->T; t++) {
        double *v = w.v + t * wide; /* [a_prev; xt] */
        memcpy(v, w.a + t * n, n * sizeof *v);
        for (size_t k = 0; k < g->n_x; k++) v[n + k] = g->x[(k * g->m + j) * g->T + t];
        for (size_t k = 0; k < n; k++) {
            double s[GATES];
            for (int q = 0; q < GATES; q++) {
                double z = g->b[q][k];
                for (size_t l = 0; l < wide; l++) z += g->W[q][k * wide + l] * v[l];
                s[q] = w.gate[q][t * n + k] = q == C ? tanh(z) : sigmoid(z);
            }
            double c = s[F] * w.c[t * n + k] + s[I] * s[C];
            w.c[(t + 1) * n + k] = c;
            w.a[(t + 1) * n + k] = s[O] * tanh(c);
        }
    }
    return w;
}

static void forget(Walk w) {
    free(w.v), free(w.a), free(w.c);
    for (int q = 0; q < GATES; q++) free(w.gate[q]);
}

static void forward(const Given *g, double *a, double *y, double *c) {
    double *e = zeros(g->n_y);
    for (size_t j = 0; j < g->m; j++) {
        Walk w = walk(g, j);
        for (size_t t = 0; t < g->T; t++) {
            const double *at = w.a + (t + 1) * g->n_a, *ct = w.c + (t + 1) * g->n_a;
            double most = -INFINITY, sum = 0;
            for (size_t k = 0; k < g->n_a; k++) {
                a[(k * g->m + j) * g->T + t] = at[k];
                c[(k * g->m + j) * g->T + t] = ct[k];
            }
            for (size_t r = 0; r < g->n_y; r++) {
                e[r] = g->by[r];
                for (size_t k = 0; k < g->n_a; k++) e[r] += g->Wy[r * g->n_a + k] * at[k];
                most = fmax(most, e[r]);
            }
            for (size_t r = 0; r < g->n_y; r++) sum += e[r] = exp(e[r] - most);
            for (size_t r = 0; r < g->n_y; r++) y[(r * g->m + j) * g->T + t] = e[r] / sum;
        }
        forget(w);
    }
    free(e);
}

/* da and dc are the gradients into the state of one example: after the last step at first, before the first at last. */
static void backward(const Given *g, size_t j, double *dx, double *da, double *dc, double **dW, double **db) {
    size_t n = g->n_a, wide = g->n_a + g->n_x;
    double *dv = zeros(wide);
    Walk w = walk(g, j);
    for (size_t t = g->T; t-- > 0;) {
        const double *v = w.v + t * wide;
        memset(dv, 0, wide * sizeof *dv);
        for (size_t k = 0; k < n; k++) {
            double f = w.gate[F][t * n + k], i = w.gate[I][t * n + k], h = w.gate[C][t * n + k];
            double o = w.gate[O][t * n + k], tanh_c = tanh(w.c[(t + 1) * n + k]);
            double into = da[k] + g->da[(k * g->m + j) * g->T + t];
            double d = dc[k] + into * o * (1 - tanh_c * tanh_c);
            double dz[GATES] = {
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
    forget(w);
    free(dv);
}

/* The protocol: an array is {"dtype": "float64", "shape": [...], "base64": "..."} of little-endian numbers. */

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static double *unpack(json_t *arrays, const char *name) {
    json_t *array = json_object_get(arrays, name);
    if (!array) return NULL;
    const char *text = json_string_value(json_object_get(array, "base64"));
    if (!text) abort();
    size_t length = strlen(text), filled = 0;
    unsigned char *bytes = (unsigned char *)zeros(length / 8 + 1);
    uint32_t bits = 0;
    for (size_t i = 0, held = 0; i < length && text[i] != '='; i++) {
        bits = bits << 6 | (uint32_t)(strchr(ALPHABET, text[i]) - ALPHABET);
        if ((held += 6) >= 8) bytes[filled++] = (unsigned char)(bits >> (held -= 8));
    }
    return (double *)bytes; /* this machine is taken to be little-endian */
}

static void pack(json_t *outputs, const char *name, double *values, size_t axes, const size_t *shape) {
    size_t size = sizeof *values, at = 0;
    json_t *lengths = json_array();
    for (size_t i = 0; i < axes; i++) {
        size *= shape[i];
        json_array_append_new(lengths, json_integer((json_int_t)shape[i]));
    }
    const unsigned char *bytes = (const unsigned char *)values;
    char *text = (char *)zeros(size / 6 + 2);
    for (size_t i = 0; i < size; i += 3) {
        uint32_t three = (uint32_t)bytes[i] << 16;
        if (i + 1 < size) three |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < size) three |= bytes[i + 2];
        for (int k = 0; k < 4; k++) text[at++] = i + (size_t)k > size ? '=' : ALPHABET[three >> (18 - 6 * k) & 63];
    }
    json_object_set_new(outputs, name, json_pack("{s:s, s:o, s:s}", "dtype", "float64", "shape", lengths, "base64", text));
    free(text), free(values);
}

#define PACK(outputs, name, values, ...) \
    pack(outputs, name, values, sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t), (size_t[]){__VA_ARGS__})

static size_t axis(json_t *arrays, const char *name, size_t i) {
    return (size_t)json_integer_value(json_array_get(json_object_get(json_object_get(arrays, name), "shape"), i));
}

static const char *gate(const char *prefix, int q) {
    static char name[8];
    snprintf(name, sizeof name, "%s%s", prefix, NAMES[q]);
    return name;
}

static Given read(json_t *inputs, json_t *parameters) {
    Given g = {
        .n_x = axis(inputs, "x", 0), .m = axis(inputs, "x", 1), .T = axis(inputs, "x", 2),
        .n_y = axis(parameters, "Wy", 0), .n_a = axis(parameters, "Wy", 1),
        .x = unpack(inputs, "x"), .a0 = unpack(inputs, "a0"), .c0 = unpack(inputs, "c0"),
        .da = unpack(inputs, "da"), .da_last = unpack(inputs, "da_last"), .dc_last = unpack(inputs, "dc_last"),
        .Wy = unpack(parameters, "Wy"), .by = unpack(parameters, "by"),
    };
    for (int q = 0; q < GATES; q++) {
        g.W[q] = unpack(parameters, gate("W", q));
        g.b[q] = unpack(parameters, gate("b", q));
    }
    return g;
}

static void discard(Given g) {
    free(g.x), free(g.a0), free(g.c0), free(g.da), free(g.da_last), free(g.dc_last), free(g.Wy), free(g.by);
    for (int q = 0; q < GATES; q++) free(g.W[q]), free(g.b[q]);
}

static void lstm_forward(const Given *g, json_t *outputs) {
    double *a = zeros(g->n_a * g->m * g->T), *y = zeros(g->n_y * g->m * g->T), *c = zeros(g->n_a * g->m * g->T);
    forward(g, a, y, c);
    PACK(outputs, "a", a, g->n_a, g->m, g->T);
    PACK(outputs, "y", y, g->n_y, g->m, g->T);
    PACK(outputs, "c", c, g->n_a, g->m, g->T);
}

static void lstm_backward(const Given *g, json_t *outputs) {
    size_t n = g->n_a, wide = g->n_a + g->n_x;
    double *dx = zeros(g->n_x * g->m * g->T), *da0 = zeros(n * g->m), *dc0 = zeros(n * g->m);
    double *da = zeros(n), *dc = zeros(n), *dW[GATES], *db[GATES];
    for (int q = 0; q < GATES; q++) dW[q] = zeros(n * wide), db[q] = zeros(n);
    for (size_t j = 0; j < g->m; j++) {
        for (size_t k = 0; k < n; k++) {
            da[k] = g->da_last ? g->da_last[k * g->m + j] : 0;
            dc[k] = g->dc_last ? g->dc_last[k * g->m + j] : 0;
        }
        backward(g, j, dx, da, dc, dW, db);
        for (size_t k = 0; k < n; k++) da0[k * g->m + j] = da[k], dc0[k * g->m + j] = dc[k];
    }
    free(da), free(dc);
    PACK(outputs, "dx", dx, g->n_x, g->m, g->T);
    PACK(outputs, "da0", da0, n, g->m);
    PACK(outputs, "dc0", dc0, n, g->m); /* it may come where no c0 was given, too */
    for (int q = 0; q < GATES; q++) {
        PACK(outputs, gate("dW", q), dW[q], n, wide);
        PACK(outputs, gate("db", q), db[q], n, 1);
    }
}

static json_t *answer(json_t *message) {
    const char *operation = json_string_value(json_object_get(message, "operation"));
    if (!operation) /* start */
        return json_pack("{s:i, s:s, s:s, s:[s], s:{s:[s], s:[s, s, s]}}", "protocol", 1, "name", "lstm.c",
                         "version", "1.0", "dtypes", "float64", "operations", "lstm_forward", "c0",
                         "lstm_backward", "c0", "da_last", "dc_last");
    Given g = read(json_object_get(message, "inputs"), json_object_get(message, "parameters"));
    json_t *outputs = json_object();
    (strcmp(operation, "lstm_forward") ? lstm_backward : lstm_forward)(&g, outputs);
    discard(g);
    return json_pack("{s:O, s:o}", "id", json_object_get(message, "id"), "outputs", outputs);
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        json_t *message = json_loads(line, 0, NULL);
        if (!message || !strcmp(json_string_value(json_object_get(message, "command")), "stop")) break;
        json_t *reply = answer(message);
        json_dumpf(reply, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
        json_decref(reply), json_decref(message);
    }
    free(line);
    return 0;
}
