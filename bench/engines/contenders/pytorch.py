"""W1 to W4 in PyTorch on one thread: speaks as serve.ts says, and trains as the peers in JavaScript do."""

import json
import os
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)

# Steps whose losses are told at the start.
PROVEN = 20


class Transformer(nn.Module):
    """Embedding, positions and two pre-norm blocks with a causal mask."""

    def __init__(self, length):
        super().__init__()
        self.emb = nn.Embedding(64, 64)
        self.pos = nn.Embedding(length, 64)
        for name in ("t0", "t1"):
            block = nn.TransformerEncoderLayer(64, 2, 256, dropout=0.0, batch_first=True, norm_first=True)
            setattr(self, name, block)
        self.ln = nn.LayerNorm(64)
        self.head = nn.Linear(64, 64)
        mask = torch.triu(torch.full((length, length), float("-inf")), diagonal=1)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x, tap):
        x = tap(self.emb(x))
        x = tap(x + self.pos.weight)
        x = tap(self.t0(x, src_mask=self.mask))
        x = tap(self.t1(x, src_mask=self.mask))
        x = tap(self.head(tap(self.ln(x))))
        return tap(x.permute(0, 2, 1))


class Mlp(nn.Module):
    def __init__(self, widths, activation):
        super().__init__()
        self.activation = activation
        self.count = len(widths) - 1
        for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
            setattr(self, f"l{i}", nn.Linear(inputs, outputs))

    def forward(self, x, tap):
        for i in range(self.count):
            x = tap(getattr(self, f"l{i}")(x))
            if i < self.count - 1:
                x = tap(self.activation(x))
        return x


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.c0 = nn.Conv2d(1, 16, 3, padding=1)
        self.c1 = nn.Conv2d(16, 32, 3, padding=1)
        self.f = nn.Linear(1568, 10)

    def forward(self, x, tap):
        for convolution in (self.c0, self.c1):
            x = tap(F.relu(tap(convolution(x))))
            x = tap(F.max_pool2d(x, 2))
        return tap(self.f(tap(x.flatten(1))))


MODELS = {
    "W1": (lambda x: Mlp([64, 128, 128, 10], F.relu), F.cross_entropy, 128),
    "W2": (lambda x: Mlp([2] + [64] * 20 + [1], torch.tanh), F.mse_loss, 256),
    "W3": (lambda x: Cnn(), F.cross_entropy, 64),
    "W4": (lambda x: Transformer(x.shape[1]), F.cross_entropy, 16),
}


def tensors_in(path):
    """The tensors of a .safetensors file (https://github.com/huggingface/safetensors#format)."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = bytearray(file.read())
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(content, dtype=torch.float32, count=(end - start) // 4, offset=start).reshape(entry["shape"])
        for name, entry in header.items()
        for start, end in [entry["data_offsets"]]
    }


def summary(x):
    """Mean, std, largest magnitude, share of zeros and L2."""
    std, mean = torch.std_mean(x, unbiased=False)
    return torch.stack([mean, std, x.abs().max(), (x == 0).float().mean(), torch.linalg.vector_norm(x)])


class Training:
    def __init__(self, folder, takes_all):
        make, self.loss, self.batch = MODELS[os.path.basename(folder)]
        data = numpy.load(os.path.join(folder, "data.npz"))
        self.x, y = torch.from_numpy(data["x"]), torch.from_numpy(data["y"])
        self.y = y if y.is_floating_point() else y.long()
        self.model = make(self.x)
        self.model.load_state_dict(tensors_in(os.path.join(folder, "init.safetensors")))
        self.adam = torch.optim.Adam(self.model.parameters(), lr=0.001)
        self.takes_all = takes_all
        self.row = 0

    def step(self):
        rows = slice(self.row, self.row + self.batch)
        self.row = rows.stop % len(self.x)
        outputs = []

        def tap(value):
            if self.takes_all:
                value.retain_grad()
                outputs.append(value)
            return value

        loss = self.loss(self.model(self.x[rows], tap), self.y[rows])
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        if self.takes_all:
            with torch.no_grad():
                gradients = [output.grad for output in outputs] + [p.grad for p in self.model.parameters()]
                torch.stack([summary(x) for x in outputs + gradients]).tolist()
        self.adam.step()
        return loss.item()


def block(training, steps):
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(steps):
        training.step()
    spent = time.process_time() - processor
    return {"clock": 1e6 * (time.perf_counter() - clock) / steps, "processor": 1e6 * spent / steps}


def start(folder, takes_all):
    began = time.perf_counter()
    training = Training(folder, takes_all)
    losses = [training.step()]
    first = 1000 * (time.perf_counter() - began)
    losses += [training.step() for _ in range(PROVEN - 1)]
    return training, {"first": first, "losses": losses}


def main():
    folder, statistics = sys.argv[1:]
    training = None
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        try:
            steps = json.loads(line).get("steps")
            if steps:
                answer = block(training, steps)
            else:
                training, answer = start(folder, statistics == "all")
        except Exception as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


main()
