/* An LSTM in float32, row-major, gates i f g o in one matrix that acts on [x; h]; forward keeps its gates for backward.
   cc -O2 -shared -fPIC -o fused_lstm.so fused_lstm.c -lm */
#include <math.h>
#include <string.h>

static float sigmoid(float z) { return z < 0 ? expf(z) / (1 + expf(z)) : 1 / (1 + expf(-z)); }

/* x (T, m, n_x), h0, c0, h, c (m, n), W (4 n, n_x + n), b (4 n), y, every_c (T, m, n) */
void lstm(int T, int m, int n_x, int n, const float *x, const float *h0, const float *c0, const float *W, const float *b,
          float *y, float *h, float *c, float *every_c) {
    const float *h_prev = h0, *c_prev = c0;
    for (int t = 0; t < T; t++) {
        for (int j = 0; j < m; j++)
            for (int u = 0; u < n; u++) {
                float z[4];
                for (int gate = 0; gate < 4; gate++) {
                    const float *w = W + (gate * n + u) * (n_x + n);
                    z[gate] = b[gate * n + u];
                    for (int k = 0; k < n_x; k++) z[gate] += w[k] * x[(t * m + j) * n_x + k];
                    for (int k = 0; k < n; k++) z[gate] += w[n_x + k] * h_prev[j * n + k];
                }
                int at = (t * m + j) * n + u;
                every_c[at] = sigmoid(z[1]) * c_prev[j * n + u] + sigmoid(z[0]) * tanhf(z[2]);
                y[at] = sigmoid(z[3]) * tanhf(every_c[at]);
            }
        h_prev = y + t * m * n;
        c_prev = every_c + t * m * n;
    }
    memcpy(h, h_prev, sizeof(float) * m * n);
    memcpy(c, c_prev, sizeof(float) * m * n);
}

/* dh, dc (m, n) are gradients into the last state, and into the first when it returns */
void lstm_backward(int T, int m, int n_x, int n, const float *x, const float *h0, const float *c0, const float *W,
                   const float *b, const float *y, const float *every_c, const float *dy, const float *dh_last,
                   const float *dc_last, float *dx, float *dh, float *dc, float *dW, float *db) {
    memcpy(dh, dh_last, sizeof(float) * m * n);
    memcpy(dc, dc_last, sizeof(float) * m * n);
    for (int t = T - 1; t >= 0; t--) {
        const float *h_prev = t ? y + (t - 1) * m * n : h0, *c_prev = t ? every_c + (t - 1) * m * n : c0;
        float before[m * n];
        memset(before, 0, sizeof before);
        for (int j = 0; j < m; j++)
            for (int u = 0; u < n; u++) {
                float z[4], dz[4];
                for (int gate = 0; gate < 4; gate++) {
                    const float *w = W + (gate * n + u) * (n_x + n);
                    z[gate] = b[gate * n + u];
                    for (int k = 0; k < n_x; k++) z[gate] += w[k] * x[(t * m + j) * n_x + k];
                    for (int k = 0; k < n; k++) z[gate] += w[n_x + k] * h_prev[j * n + k];
                }
                float i = sigmoid(z[0]), f = sigmoid(z[1]), g = tanhf(z[2]), o = sigmoid(z[3]);
                int at = (t * m + j) * n + u;
                float da = dh[j * n + u] + dy[at], s = tanhf(every_c[at]);
                float dC = dc[j * n + u] + da * o * (1 - s * s);
                dz[0] = dC * g * i * (1 - i);
                dz[1] = dC * c_prev[j * n + u] * f * (1 - f);
                dz[2] = dC * i * (1 - g * g);
                dz[3] = da * s * o * (1 - o);
                dc[j * n + u] = dC * f;
                for (int gate = 0; gate < 4; gate++) {
                    int row = gate * n + u;
                    db[row] += dz[gate];
                    for (int k = 0; k < n_x; k++) {
                        dW[row * (n_x + n) + k] += dz[gate] * x[(t * m + j) * n_x + k];
                        dx[(t * m + j) * n_x + k] += dz[gate] * W[row * (n_x + n) + k];
                    }
                    for (int k = 0; k < n; k++) {
                        dW[row * (n_x + n) + n_x + k] += dz[gate] * h_prev[j * n + k];
                        before[j * n + k] += dz[gate] * W[row * (n_x + n) + n_x + k];
                    }
                }
            }
        memcpy(dh, before, sizeof before);
    }
}
