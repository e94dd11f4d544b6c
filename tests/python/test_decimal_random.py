"""Random decimal operations, compared with Python's decimal module (prec=34, Emin=-6143, Emax=6144, clamp=1).

The operands are chosen to hurt: coefficients of nines, of a one and zeros, near-ties of every length, sums that cancel,
quotients and products that end in a tie, subnormal numbers, exponents at both ends of the range. Where Python itself
does not round by the context's mode (roots, powers) the exact value is made from integers and rounded once.

    ORDAIN_DECIMAL_DRIVER   the driver program (default build/tests/decimal_driver)
    ORDAIN_DECIMAL_SEED     another seed (default 20240601; always printed)
    ORDAIN_DECIMAL_COUNT    the number of operations (default 2,000,000)
"""
import decimal
import math
import os
import random
import subprocess
import unittest
from decimal import Context, Decimal

SEED = int(os.environ.get("ORDAIN_DECIMAL_SEED", "20240601"))
COUNT = int(os.environ.get("ORDAIN_DECIMAL_COUNT", "2000000"))
DRIVER = os.environ.get("ORDAIN_DECIMAL_DRIVER", "build/tests/decimal_driver")
BATCH = 20000

MODES = ("half_even", "half_up", "half_down", "up", "down", "ceiling", "floor")
CONTEXTS = [
    Context(prec=34, Emin=-6143, Emax=6144, clamp=1, traps=[], rounding=getattr(decimal, "ROUND_" + mode.upper()))
    for mode in MODES
]
HALF_EVEN = CONTEXTS[0].copy()  # for operands and inner steps: its flags are not looked at
WIDE = Context(prec=2600, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])
LONG = Context(prec=130, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])
SHORT = Context(prec=35, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])
TENS = [10**n for n in range(80)]


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def length(self):
        r = self.rng.random()
        if r < 0.3:
            return 1 + int(self.rng.random() * 6)
        if r < 0.5:
            return 17 + int(self.rng.random() * 5)  # around 64 bits
        if r < 0.7:
            return 34
        return 1 + int(self.rng.random() * 34)

    def coefficient(self, n=None):
        rng = self.rng
        if n is None:
            n = self.length()
        top = TENS[n]
        kind = rng.random()
        if kind < 0.5:
            return rng.randrange(top)
        if kind < 0.6:
            return top - 1 - (int(rng.random() * 3) if n > 1 else 0)
        if kind < 0.7:
            return TENS[n - 1] + int(rng.random() * 3)
        cut = int(rng.random() * n)  # digits, then a tail around a half
        tail = TENS[cut] // 2 + (-1, 0, 0, 1)[int(rng.random() * 4)]
        if kind < 0.9:
            return rng.randrange(TENS[n - cut]) * TENS[cut] + max(tail, 0)
        if kind < 0.95:
            return rng.randrange(1, 10) * TENS[n - 1]
        return (1 << min(64, int(3.3 * n))) % top + int(rng.random() * 2) if n < 34 else top - 1

    def exponent(self):
        rng = self.rng
        r = rng.random()
        if r < 0.6:
            return int(rng.random() * 12) - 8
        if r < 0.8:
            return int(rng.random() * 90) - 45
        if r < 0.87:
            return int(rng.random() * 80) - 6176
        if r < 0.94:
            return 6111 - int(rng.random() * 80)
        if r < 0.97:
            return (-3088, 3055)[int(rng.random() * 2)] + int(rng.random() * 80) - 40
        return int(rng.random() * 12288) - 6176

    def text(self, c, e):
        e = min(max(e, -6176), 6111)
        return "%s%dE%d" % ("-" if self.rng.random() < 0.4 else "", c % TENS[34], e)

    def number(self):
        return self.text(self.coefficient(), self.exponent())

    def small(self):
        return self.text(self.coefficient(1 + int(self.rng.random() * 9)), -int(self.rng.random() * 5))

    # Pairs for one operation each.
    def sum_pair(self):
        rng = self.rng
        r = rng.random()
        a, e = self.coefficient(), self.exponent()
        if r < 0.25:
            return self.number(), self.number()
        if r < 0.5:  # a tie, or nearly one, below the last digit of a full coefficient
            a = rng.randrange(TENS[33], TENS[34])
            n = 1 + int(rng.random() * 34)
            half = TENS[n] // 2 + (-1, 0, 0, 1)[int(rng.random() * 4)]
            return self.text(a, e), self.text(half, e - n)
        if r < 0.75:  # cancels, or nearly
            return self.text(a, e), self.text(max(0, a + int(rng.random() * 5) - 2), e)
        shift = int(rng.random() * 90)
        return self.text(a, e), self.text(self.coefficient(), e - shift)

    def product_pair(self):
        rng = self.rng
        r = rng.random()
        if r < 0.6:
            return self.number(), self.number()
        if r < 0.8:  # 35 digits that end in 5
            n = 2 + int(rng.random() * 31)
            return (self.text(rng.randrange(TENS[n - 1], TENS[n]) // 10 * 10 + 5, self.exponent()),
                    self.text(rng.randrange(TENS[34 - n], TENS[35 - n]) | 1, self.exponent()))
        return self.small(), self.small()

    def quotient_pair(self):
        rng = self.rng
        r = rng.random()
        if r < 0.5:
            return self.number(), self.number()
        if r < 0.7:  # 35 digits that end in 5
            divisor = 2 ** (1 + int(rng.random() * 12))
            quotient = rng.randrange(TENS[34] // divisor) * 10 + 5
            c = quotient * divisor
            while c % 10 == 0:
                c //= 10
            return (self.text(c, self.exponent()), self.text(divisor, 0)) if c < TENS[34] else self.quotient_pair()
        if r < 0.85:  # exact, or next to it
            d = self.coefficient(1 + int(rng.random() * 17)) or 1
            return (self.text(d * self.coefficient(1 + int(rng.random() * 17)) + int(rng.random() * 2), self.exponent()),
                    self.text(d, self.exponent()))
        return self.small(), self.small()

    def triple(self):
        a, b = self.product_pair()
        r = self.rng.random()
        if r < 0.4:
            return a, b, self.number()
        product = WIDE.multiply(Decimal(a), Decimal(b))
        sign, digits, e = product.as_tuple()
        if r < 0.7:  # a far end that decides a tie
            return a, b, self.text(self.coefficient(), e + len(digits) - 34 - int(self.rng.random() * 80))
        # cancels the product's first digits
        near = HALF_EVEN.minus(product)
        return a, b, str(near) if near.is_finite() else self.number()

    def aligned_pair(self):  # for whole quotients: the exponents not too far apart
        if self.rng.random() < 0.2:
            return self.number(), self.number()
        e = self.exponent()
        return (self.text(self.coefficient(), e),
                self.text(self.coefficient(), e + int(self.rng.random() * 60) - 40))

    def quantum_pair(self):
        a, e = self.coefficient(), self.exponent()
        shift = int(self.rng.random() * 12) if self.rng.random() < 0.6 else int(self.rng.random() * 80) - 38
        return self.text(a, e), self.text(1, e + shift)

    def compare_pair(self):
        r = self.rng.random()
        if r < 0.4:
            return self.number(), self.number()
        a, e = self.coefficient(), self.exponent()
        pad = int(self.rng.random() * 34)
        return self.text(a, e), self.text(a % TENS[34 - pad] * TENS[pad] + int(self.rng.random() * 3), e - pad)

    def radicand(self):
        rng = self.rng
        r = rng.random()
        if r < 0.4:
            return (self.number(),)
        if r < 0.7:  # squares of up to 17 digits and their neighbours
            return (self.text(max(0, self.coefficient(1 + int(rng.random() * 17)) ** 2 + int(rng.random() * 3) - 1),
                              self.exponent()),)
        q = rng.randrange(TENS[34], TENS[35]) // 10 * 10 + 5  # a root next to a tie
        square = q * q
        cut = len(str(square)) - 34
        return (self.text(square // TENS[cut] + int(rng.random() * 2), 2 * int(rng.random() * 100) - 100 + cut),)

    def power_pair(self):
        rng = self.rng
        r = rng.random()
        a = self.small() if rng.random() < 0.5 else self.number()
        if r < 0.5:
            n = int(rng.random() * 9) - 2
        elif r < 0.9:
            n = int(rng.random() * 140) - 70
        else:  # near 1, so that large powers stay in the range
            a = self.text(TENS[33] + rng.choice((1, -1)) * self.coefficient(1 + int(rng.random() * 30)), -33)
            n = int(10 ** (rng.random() * 9)) * rng.choice((1, -1))
        if rng.random() < 0.1:
            a = self.text(rng.choice((2, 5, 4, 25, 20, 50, 1)) ** (1 + int(rng.random() * 8)), int(rng.random() * 9) - 4)
        return a, str(n)

    def exponential(self):
        rng = self.rng
        r = rng.random()
        if r < 0.1:
            return (self.number(),)
        if r < 0.3:  # around the ends of the range, and beyond
            return (self.text(rng.randrange(1, 15000) * TENS[20] + rng.randrange(TENS[20]), -20),)
        return (self.text(self.coefficient(), -int(rng.random() * 45)),)

    def positive(self):
        rng = self.rng
        if rng.random() < 0.5:
            return (self.number().lstrip("-"),)
        return (self.text(TENS[33] + rng.choice((1, -1)) * self.coefficient(1 + int(rng.random() * 30)), -33).lstrip("-"),)

    def real_power_pair(self):
        rng = self.rng
        r = rng.random()
        if r < 0.4:
            return self.number().lstrip("-"), self.text(self.coefficient(1 + int(rng.random() * 12)), -1 - int(rng.random() * 12))
        if r < 0.6:  # exact ones, and ties of 35 digits
            half = 2 ** int(1 + rng.random() * 3)
            root = rng.randrange(1, TENS[2 + int(rng.random() * 3)]) * 10 + rng.choice((0, 5, 1))
            c = root**half
            return (self.text(c, half * (int(rng.random() * 9) - 4)).lstrip("-"),
                    str(Decimal(int(rng.random() * 30) - 8) / half)) if c < TENS[34] else self.real_power_pair()
        if r < 0.8:  # near 1, so that large powers stay in the range
            a = self.text(TENS[33] + rng.choice((1, -1)) * self.coefficient(1 + int(rng.random() * 30)), -33).lstrip("-")
            return a, self.text(self.coefficient(), int(rng.random() * 40) - 34)
        return self.small(), self.text(self.coefficient(1 + int(rng.random() * 20)), int(rng.random() * 30) - 20)

    def sample(self):
        rng = self.rng
        e = self.exponent() // 3
        a = self.coefficient()
        if rng.random() < 0.3:  # close to each other
            return tuple(self.text(a + int(rng.random() * 5), e) for _ in range(3))
        return tuple(self.text(self.coefficient(), e + int(rng.random() * 70)) for _ in range(3))

    def long_text(self):
        rng = self.rng
        digits = str(rng.randrange(TENS[30 + int(rng.random() * 49)]))
        if rng.random() < 0.5:
            digits = digits[:34] + ("5" if rng.random() < 0.7 else "4999999") + "0" * int(rng.random() * 60)
            digits += rng.choice(("", "", "1"))
        digits = "0" * int(rng.random() * 4) + digits
        point = int(rng.random() * (len(digits)))
        text = digits[:point] + "." + digits[point:]
        return (rng.choice(("", "-", "+")) + text + rng.choice(("", "E%d" % self.exponent(), "e+%d" % (point % 50))),)


def root(context, a):
    """The square root rounded by the context's mode (Python always rounds half-even here)."""
    result = HALF_EVEN.sqrt(a)
    exact = WIDE.multiply(result, result) == a if result.is_finite() else True
    if exact:
        if result.is_nan():
            context.flags[decimal.InvalidOperation] = True
        return result
    _, digits, e = a.as_tuple()
    c = a.scaleb(-e, WIDE)
    pad = 100 - len(digits)
    pad -= (e - pad) % 2
    floor = math.isqrt(int(c) * 10**pad)
    return context.plus(WIDE.scaleb(Decimal(floor * 10 + 1), (e - pad) // 2 - 1))  # the 1 stands for what follows


def power(context, a, n):
    n = int(n)
    if not a:
        if n <= 0:
            context.flags[decimal.DivisionByZero if n else decimal.InvalidOperation] = True
            return Decimal("NaN")
        return HALF_EVEN.power(a, n)
    if abs(n) <= 75:
        sign, _, e = a.as_tuple()
        c = int(a.scaleb(-e, WIDE))
        exact = WIDE.scaleb(Decimal(c ** abs(n)), e * abs(n))
    else:
        exact = LONG.power(a, abs(n))
    return context.plus(exact) if n >= 0 else context.divide(Decimal(1), exact)


def nudged(a, up):
    """The number next to a of 130 digits: for what is a little more or less than the digits at hand."""
    return LONG.add(a, Decimal((0, (1,), -125) if up else (1, (1,), -125)))


def exponential(context, a):
    if a > 10**6 or a < -(10**6):
        return context.plus(Decimal("1E9999999" if a > 0 else "1E-9999999"))
    result = LONG.exp(a)
    return context.plus(nudged(result, a > 0) if a and result == 1 else result)


def logarithm(context, a):
    if a <= 0:
        context.flags[decimal.InvalidOperation] = True
        return Decimal("NaN")
    return context.plus(LONG.ln(a))


def real_power(context, a, b):
    if b == b.to_integral_value() and abs(b) <= 999999999:
        return power(context, a, b)
    if not a:
        if b < 0:
            context.flags[decimal.DivisionByZero] = True
        return Decimal("NaN" if b < 0 else 0)
    if a < 0 and b != b.to_integral_value():
        context.flags[decimal.InvalidOperation] = True
        return Decimal("NaN")
    negative = a < 0 and WIDE.remainder(b, Decimal(2)) != 0
    a = a.copy_abs()
    if a == 1:
        return Decimal(-1 if negative else 1)
    size = LONG.multiply(LONG.ln(a), b)
    if abs(size) > 10**6:
        result = Decimal("1E9999999" if size > 0 else "1E-9999999")
    else:
        result = LONG.power(a, b)
    if result == 1:
        result = nudged(result, size > 0)
    exact = SHORT.plus(result)
    if result.is_finite() and abs(LONG.subtract(result, exact)) <= LONG.multiply(result, Decimal("1E-120")):
        result = exact
    return context.minus(result) if negative else context.plus(result)


def deviation(context, *numbers):
    total = squares = Decimal(0)
    for x in numbers:
        total = WIDE.add(total, x)
        squares = WIDE.add(squares, WIDE.multiply(x, x))
    variance = WIDE.divide(WIDE.subtract(WIDE.multiply(squares, 3), WIDE.multiply(total, total)), Decimal(6))
    return context.plus(LONG.sqrt(variance))


def modulo(context, a, b):
    if not b:
        context.flags[decimal.DivisionByZero] = True
        return Decimal("NaN")
    r = context.remainder(a, b)
    if r.is_finite() and r and r.is_signed() != b.is_signed():
        return HALF_EVEN.add(r, b)
    return r


def to_integral(context, a):
    return a.to_integral_value(context.rounding)


def compare(_, a, b):
    return Decimal((a > b) - (a < b))


def plain(_, a):
    """ToString: no exponent, no trailing zeros, unless that took more than 60 zeros."""
    if not a:
        return "0"
    a = HALF_EVEN.normalize(a)
    sign, digits, e = a.as_tuple()
    while len(digits) > 1 and digits[-1] == 0:  # what the clamp added
        digits, e = digits[:-1], e + 1
    if -60 <= e + len(digits) and e <= 60:
        return format(a, "f")
    text = "".join(map(str, digits))
    return "%s%s%sE%+d" % ("-" if sign else "", text[0], "." + text[1:] if text[1:] else "", e + len(digits) - 1)


G = Generator
# name, weight, operands, reference
OPERATIONS = [
    ("add", 15, G.sum_pair, Context.add),
    ("subtract", 12, G.sum_pair, Context.subtract),
    ("multiply", 14, G.product_pair, Context.multiply),
    ("divide", 14, G.quotient_pair, Context.divide),
    ("fma", 7, G.triple, Context.fma),
    ("divideint", 5, G.aligned_pair, Context.divide_int),
    ("remainder", 5, G.aligned_pair, Context.remainder),
    ("modulo", 3, G.aligned_pair, modulo),
    ("quantize", 10, G.quantum_pair, Context.quantize),
    ("compare", 6, G.compare_pair, compare),
    ("squareroot", 3, G.radicand, root),
    ("power", 3, G.power_pair, power),
    ("exp", 1, G.exponential, exponential),
    ("ln", 1, G.positive, logarithm),
    ("pow", 1, G.real_power_pair, real_power),
    ("deviation", 1, G.sample, deviation),
    ("tointegral", 4, lambda g: (g.number(),), to_integral),
    ("reduce", 2, lambda g: (g.number(),), Context.normalize),
    ("copy", 2, G.long_text, None),  # reading rounds half-even
    ("plain", 2, lambda g: (g.number(),), plain),
]
BY_VALUE = {"exp", "ln", "pow", "deviation"}  # have no preferred exponent
SIGNALS = ((decimal.Overflow, "overflow"), (decimal.DivisionByZero, "division_by_zero"),
           (decimal.InvalidOperation, "invalid"))


def same(name, want, got):
    if name not in BY_VALUE or want[0] in "odi" or got[0] in "odi":
        return want == got
    return Decimal(want) == Decimal(got)


def expect(context, reference, operands):
    numbers = [HALF_EVEN.create_decimal(t) for t in operands]
    if not all(map(Decimal.is_finite, numbers)):
        return "overflow"
    result = reference(context, *numbers) if reference else numbers[0]
    for signal, name in SIGNALS:
        if context.flags[signal]:
            context.clear_flags()
            return name
    return str(result)


class RandomOperations(unittest.TestCase):
    def test_random_operations(self):
        print("seed %d, %d operations" % (SEED, COUNT))
        generator = Generator(SEED)
        names = [op for op in OPERATIONS for _ in range(op[1])]
        choose = random.Random(SEED + 1).random
        counts, statuses, wrong = {}, {}, []
        for context in CONTEXTS:
            context.clear_flags()
        for start in range(0, COUNT, BATCH):
            lines, expected = [], []
            for _ in range(min(BATCH, COUNT - start)):
                name, _, make, reference = names[int(choose() * len(names))]
                m = int(choose() * len(MODES))
                operands = make(generator)
                lines.append(" ".join((name, MODES[m], *operands)))
                expected.append(expect(CONTEXTS[m], reference, operands))
                counts[name] = counts.get(name, 0) + 1
            run = subprocess.run([DRIVER], input="\n".join(lines) + "\n", capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stdout[-200:] + run.stderr)
            answers = run.stdout.splitlines()
            self.assertEqual(len(answers), len(lines))
            for line, want, got in zip(lines, expected, answers):
                if want[0] in "odi":
                    statuses[want] = statuses.get(want, 0) + 1
                if not same(line.split(" ", 1)[0], want, got):
                    wrong.append("%s\n  expected %s\n  got      %s" % (line, want, got))
        print("operations:", ", ".join("%s %d" % item for item in sorted(counts.items())))
        print("statuses:", ", ".join("%s %d" % item for item in sorted(statuses.items())))
        if wrong:
            self.fail("%d differ, the first:\n%s" % (len(wrong), "\n".join(wrong[:20])))
        if COUNT >= 100000:  # the generator reaches every operation and every status
            self.assertEqual(set(counts), {op[0] for op in OPERATIONS})
            self.assertEqual(set(statuses), {name for _, name in SIGNALS})


if __name__ == "__main__":
    unittest.main()
