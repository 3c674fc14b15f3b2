//! A GRU in Rust, with nothing but its standard library:
//!
//!     rustc --edition 2021 -O examples/rust/gru.rs -o gru && rnnspec check -- ./gru
//!
//! It asks for arrays as plain JSON lists, so all it needs is a reader of JSON, at the end.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

/// An array in C order.
struct Array {
    shape: Vec<usize>,
    data: Vec<f64>,
}

impl Array {
    fn zeros(shape: &[usize]) -> Array {
        Array { shape: shape.to_vec(), data: vec![0.0; shape.iter().product()] }
    }

    /// Row k of a matrix times v, and the bias.
    fn affine(&self, k: usize, v: &[f64], bias: &Array) -> f64 {
        let row = &self.data[k * v.len()..][..v.len()];
        bias.data[k] + row.iter().zip(v).map(|(w, x)| w * x).sum::<f64>()
    }
}

type Arrays = HashMap<String, Array>;

fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) }
}

fn softmax(logits: Vec<f64>) -> Vec<f64> {
    let most = logits.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = logits.iter().map(|z| (z - most).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|value| value / sum).collect()
}

fn step(a: &[f64], xt: &[f64], p: &Arrays) -> Vec<f64> {
    let gates = |name: &str, v: &[f64]| -> Vec<f64> {
        let (w, b) = (&p[&format!("W{name}")], &p[&format!("b{name}")]);
        (0..a.len()).map(|k| w.affine(k, v, b)).collect()
    };
    let v = [a, xt].concat();
    let u: Vec<f64> = gates("u", &v).into_iter().map(sigmoid).collect();
    let r: Vec<f64> = gates("r", &v).into_iter().map(sigmoid).collect();
    let kept: Vec<f64> = r.iter().zip(a).map(|(r, a)| r * a).collect(); // reset before the product
    let new = gates("c", &[&kept, xt].concat());
    (0..a.len()).map(|k| u[k] * new[k].tanh() + (1.0 - u[k]) * a[k]).collect()
}

fn gru_forward(inputs: &Arrays, p: &Arrays) -> Vec<(&'static str, Array)> {
    let x = &inputs["x"];
    let (n_x, m, steps) = (x.shape[0], x.shape[1], x.shape[2]);
    let (n_y, n_a) = (p["Wy"].shape[0], p["Wy"].shape[1]);
    let (mut all_a, mut all_y) = (Array::zeros(&[n_a, m, steps]), Array::zeros(&[n_y, m, steps]));
    for j in 0..m {
        let mut a: Vec<f64> = (0..n_a).map(|k| inputs.get("a0").map_or(0.0, |a0| a0.data[k * m + j])).collect();
        for t in 0..steps {
            let xt: Vec<f64> = (0..n_x).map(|k| x.data[(k * m + j) * steps + t]).collect();
            a = step(&a, &xt, p);
            let y = softmax((0..n_y).map(|k| p["Wy"].affine(k, &a, &p["by"])).collect());
            for (k, value) in a.iter().enumerate() {
                all_a.data[(k * m + j) * steps + t] = *value;
            }
            for (k, value) in y.iter().enumerate() {
                all_y.data[(k * m + j) * steps + t] = *value;
            }
        }
    }
    vec![("a", all_a), ("y", all_y)]
}

fn answer(message: &Json) -> String {
    if message.get("command").text() == "start" {
        return r#"{"protocol":1,"name":"gru.rs","version":"1.0","dtypes":["float64"],"arrays":"list","operations":{"gru_forward":[]}}"#.into();
    }
    let arrays = |group: &str| -> Arrays {
        let Json::Object(pairs) = message.get(group) else { panic!("{group} is no object") };
        pairs.iter().map(|(name, value)| (name.clone(), value.array())).collect()
    };
    let outputs: Vec<String> = gru_forward(&arrays("inputs"), &arrays("parameters"))
        .iter()
        .map(|(name, array)| format!("\"{name}\":{}", lists(&array.shape, &array.data)))
        .collect();
    format!("{{\"id\":\"{}\",\"outputs\":{{{}}}}}", message.get("id").text(), outputs.join(","))
}

/// An array as lists in lists.
fn lists(shape: &[usize], data: &[f64]) -> String {
    if shape.is_empty() {
        return if data[0].is_finite() { format!("{:?}", data[0]) } else { "null".into() };
    }
    let size = data.len() / shape[0];
    let parts: Vec<String> = data.chunks(size).map(|part| lists(&shape[1..], part)).collect();
    format!("[{}]", parts.join(","))
}

fn main() {
    for line in io::stdin().lock().lines() {
        let message = Reader(line.expect("text").trim().as_bytes()).value();
        if message.get("command").text() == "stop" {
            break;
        }
        println!("{}", answer(&message));
        io::stdout().flush().expect("a pipe");
    }
}

/// JSON as rnnspec sends it: plain ASCII, texts without escapes.
enum Json {
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn get(&self, name: &str) -> &Json {
        let Json::Object(pairs) = self else { panic!("no object") };
        &pairs.iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    fn text(&self) -> &str {
        let Json::Text(text) = self else { panic!("no text") };
        text
    }

    fn array(&self) -> Array {
        match self {
            Json::Number(value) => Array { shape: vec![], data: vec![*value] },
            Json::List(parts) => {
                let parts: Vec<Array> = parts.iter().map(Json::array).collect();
                let shape = [&[parts.len()], parts[0].shape.as_slice()].concat();
                Array { shape, data: parts.into_iter().flat_map(|part| part.data).collect() }
            }
            _ => panic!("no array"),
        }
    }
}

/// What is left to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self) -> u8 {
        let first = self.0[0];
        self.0 = &self.0[1..];
        first
    }

    fn until(&mut self, ends: &[u8]) -> String {
        let end = self.0.iter().position(|c| ends.contains(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        String::from_utf8_lossy(word).into()
    }

    fn value(&mut self) -> Json {
        match self.0[0] {
            b'{' => Json::Object(self.several(b'}', |it| {
                let key = it.string();
                it.take(); // the colon
                (key, it.value())
            })),
            b'[' => Json::List(self.several(b']', Reader::value)),
            b'"' => Json::Text(self.string()),
            _ => Json::Number(self.until(b",]}").parse().expect("a number")),
        }
    }

    fn string(&mut self) -> String {
        self.take();
        let text = self.until(b"\"");
        self.take();
        text
    }

    fn several<T>(&mut self, end: u8, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut found = vec![];
        self.take();
        while self.0[0] != end {
            found.push(one(self));
            if self.0[0] == b',' {
                self.take();
            }
        }
        self.take();
        found
    }
}
