/* An LSTM with its gradients, in C99 and in both float and double: it needs a compiler and nothing else.
 *
 *     cc -O2 lstm.c -lm -o lstm
 *     rnnspec check -- ./lstm
 *     rnnspec check --dtype float32 -- ./lstm
 *
 * The layer is in layer.h. Here are the parts of the protocol that no type of numbers matters to: one JSON object a
 * line, in which arrays are lists. The reader below knows the JSON that rnnspec sends, and points into the line
 * instead of building anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>

#undef I /* of complex numbers, which <tgmath.h> brings along */
enum { F, I, C, O, GATES };
static const char *const NAMES[GATES] = {"f", "i", "c", "o"};

static void *zeros(size_t count, size_t size) {
    void *p = calloc(count ? count : 1, size);
    if (!p) abort();
    return p;
}

/* Reading: a value is where its first character is. */

static void no_json(void) {
    fputs("this is no JSON that rnnspec sends\n", stderr);
    exit(1);
}

static const char *blank(const char *p) {
    return p + strspn(p, " \t\r\n");
}

/* What comes after a value. */
static const char *past(const char *p) {
    if (*p == '"') {
        for (p++; *p != '"'; p++) {
            if (*p == '\\') p++;
            if (!*p) no_json();
        }
        return p + 1;
    }
    if (*p != '[' && *p != '{') return p + strcspn(p, ",]} \t\r\n");
    for (size_t depth = 0; *p;) {
        depth += *p == '[' || *p == '{';
        depth -= *p == ']' || *p == '}';
        p = *p == '"' ? past(p) : p + 1;
        if (!depth) return p;
    }
    no_json();
    return NULL;
}

/* The value of an object's member; NULL where it has none of that name. */
static const char *member(const char *object, const char *name) {
    if (!object || *object != '{') no_json();
    const char *p = blank(object + 1);
    while (*p == '"') {
        const char *key = p + 1, *end = past(p), *value = blank(end);
        if (*value != ':') no_json();
        value = blank(value + 1);
        if (strlen(name) == (size_t)(end - 1 - key) && !strncmp(key, name, strlen(name))) return value;
        p = blank(past(value));
        if (*p == ',') p = blank(p + 1);
    }
    return NULL;
}

static int is(const char *value, const char *text) {
    return value && *value == '"' && !strncmp(value + 1, text, strlen(text)) && value[1 + strlen(text)] == '"';
}

/* How many elements a list of lists has along an axis. */
static size_t length(const char *list, int axis) {
    if (!list || *list != '[') no_json();
    const char *p = blank(list + 1);
    if (axis) return length(p, axis - 1);
    size_t count = 0;
    for (; *p != ']'; count++) {
        p = blank(past(p));
        if (*p == ',') p = blank(p + 1);
    }
    return count;
}

static double number(const char **p) {
    char *end;
    double found = strtod(*p, &end);
    if (end == *p) no_json();
    *p = end;
    return found;
}

/* Writing: the digits that give a float or a double back, and null for what is not finite. */

static void print_number(double value, size_t size) {
    if (isfinite(value)) printf("%.*g", size == sizeof(float) ? 9 : 17, value);
    else fputs("null", stdout);
}

static int named; /* outputs so far: a comma goes between two */

static void print_name(const char *name) {
    printf("%s\"%s\":", named++ ? "," : "", name);
}

static const char *gate(const char *prefix, int q) {
    static char name[8];
    snprintf(name, sizeof name, "%s%s", prefix, NAMES[q]);
    return name;
}

#define JOIN(name, type) name##_##type
#define JOINED(name, type) JOIN(name, type)
#define OF(name) JOINED(name, REAL)
#define ZEROS(count) zeros(count, sizeof(REAL))

#define REAL double
#include "layer.h"
#undef REAL
#define REAL float
#include "layer.h"

static void answer(const char *message) {
    if (is(member(message, "command"), "start")) {
        fputs("{\"protocol\":1,\"name\":\"c_only/lstm.c\",\"version\":\"1.0\",\"arrays\":\"list\","
              "\"dtypes\":[\"float64\",\"float32\"],"
              "\"operations\":{\"lstm_forward\":[\"c0\"],\"lstm_backward\":[\"c0\",\"da_last\",\"dc_last\"]}}", stdout);
        return;
    }
    const char *id = member(message, "id");
    if (!id) no_json();
    printf("{\"id\":%.*s,\"outputs\":{", (int)(past(id) - id), id);
    named = 0;
    int backwards = is(member(message, "operation"), "lstm_backward");
    (is(member(message, "dtype"), "float32") ? run_float : run_double)(message, backwards);
    fputs("}}", stdout);
}

/* The next line without its end, of any length; NULL at the end of the input. */
static char *line(void) {
    static char *text;
    static size_t room;
    size_t length = 0;
    for (int c; (c = getchar()) != EOF && c != '\n'; text[length++] = (char)c) {
        if (length + 1 < room) continue;
        text = realloc(text, room = 2 * room + 4096);
        if (!text) abort();
    }
    if (!length) return NULL;
    text[length] = 0;
    return text;
}

int main(void) {
    for (const char *message; (message = line()) && !is(member(message, "command"), "stop");) {
        answer(message);
        putchar('\n');
        fflush(stdout);
    }
    return 0;
}
