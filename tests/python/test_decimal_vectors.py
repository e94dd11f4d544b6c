"""The decimal128 vectors (dq*.decTest) of the General Decimal Arithmetic test suite, as CPython ships them.

Runs every vector of an operation that ordain has, with finite operands. A result that is NaN or Infinity, or that
overflowed to the largest number, must give a status. What is left out is counted, by reason, and named in the lists
below.

    ORDAIN_DECIMAL_DRIVER   the driver program (default build/tests/decimal_driver)
    ORDAIN_DECTEST          the folder with dq*.decTest (default: that of the running Python, or Debian's)
"""
import glob
import os
import re
import subprocess
import unittest
from decimal import Context, Decimal

DRIVER = os.environ.get("ORDAIN_DECIMAL_DRIVER", "build/tests/decimal_driver")
READING = Context(prec=34, Emin=-6143, Emax=6144, clamp=1, traps=[])


def folder():
    override = os.environ.get("ORDAIN_DECTEST")
    if override:
        return override
    candidates = ["/usr/lib/python3.11/test/decimaltestdata"]  # Debian: libpython3.11-testsuite
    try:
        import test
        candidates = [os.path.join(path, "decimaltestdata") for path in test.__path__] + candidates
    except ImportError:
        pass
    return next((path for path in candidates if glob.glob(os.path.join(path, "dq*.decTest"))), None)


FOLDER = folder()

# The driver's operation and operands for each operation of the vectors.
SAME = "add subtract multiply divide divideint remainder quantize compare fma reduce squareroot copy abs".split()
OPERATIONS = {name: (lambda x, name=name: (name, *x)) for name in SAME}
OPERATIONS.update({
    "comparesig": lambda x: ("compare", *x),  # differs for NaNs only
    "apply": lambda x: ("copy", *x),
    "tosci": lambda x: ("copy", *x),
    "canonical": lambda x: ("copy", *x),
    "copyabs": lambda x: ("abs", *x),
    "copynegate": lambda x: ("negate", *x),
    "tointegralx": lambda x: ("tointegral", *x),
    "tointegral": lambda x: ("tointegral", *x),
    "plus": lambda x: ("add", zero_like(x[0]), *x),  # so the specification defines them
    "minus": lambda x: ("subtract", zero_like(x[0]), *x),
})

# Operations that ordain does not have, and why.
LACKING = {
    "and or xor invert shift rotate": "on digits as bits: no use in a policy",
    "class logb scaleb samequantum copysign": "on the representation; hosts see exponent(), negative()",
    "comparetotal comparetotmag comparetotalmag": "orders representations; ordain compares values only",
    "nextplus nextminus nexttoward": "neighbours in a format; FEEL has none",
    "max min maxmag minmag": "FEEL's max and min are folds over Compare, elsewhere",
    "remaindernear": "FEEL's modulo floors, the remainder truncates",
    "toeng": "engineering notation is not written",
}
LACKING = {name: reason for names, reason in LACKING.items() for name in names.split()}

# Fewer vectors than this in a file: the suite is not the one that this test was written for, or the reader is broken.
MINIMUM = {
    "dqAbs": 66, "dqAdd": 919, "dqBase": 659, "dqCompare": 566, "dqCompareSig": 466, "dqCopy": 29,
    "dqCopyAbs": 29, "dqCopyNegate": 29, "dqDivide": 586, "dqDivideInt": 288, "dqFMA": 1207, "dqMinus": 29,
    "dqMultiply": 354, "dqPlus": 29, "dqQuantize": 528, "dqReduce": 123, "dqRemainder": 421,
    "dqSubtract": 434, "dqToIntegral": 165,
}
MINIMUM_TOTAL = 6928

STATUSES = ("overflow", "division_by_zero", "invalid", "syntax")
# Conditions of a vector, and the status that ordain gives for them.
STATUS_OF = {
    "overflow": "overflow", "division_by_zero": "division_by_zero", "division_undefined": "invalid",
    "division_impossible": "invalid", "invalid_operation": "invalid", "conversion_syntax": "syntax",
}


def zero_like(text):
    return "0E%d" % Decimal(text).as_tuple().exponent


def words(line):
    """The words of a line; quoted ones without their quotes, `--` starts a comment."""
    found = []
    for match in re.finditer(r"""--.*|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(\S+)""", line):
        if match.group(0).startswith("--"):
            break
        single, double, bare = match.groups()
        found.append(single.replace("''", "'") if single is not None else
                     double.replace('""', '"') if double is not None else bare)
    return found


def special(text):
    return re.fullmatch(r"[-+]?(inf|infinity|s?nan\d*)", text, re.IGNORECASE) is not None


def number(text):
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", text, re.IGNORECASE | re.ASCII) is not None


def rewrite(text):
    """12. and 12.E3 are numbers of the specification but not of JSON and FEEL: ordain refuses them."""
    return re.sub(r"\.(?=[eE]|$)", "", text)


def prepare(word, mode):
    """(line for the driver, accepted answers), or the reason why the vector is left out."""
    arrow = word.index("->")
    operation, operands, result, conditions = word[1].lower(), word[2:arrow], word[arrow + 1], word[arrow + 2:]
    conditions = [c.lower() for c in conditions]
    if operation not in OPERATIONS:
        assert operation in LACKING, "not in the list of operations that are lacking: " + operation
        return "operation"
    if any("#" in text for text in operands + [result]):
        return "encoding"
    if any(special(text) for text in operands):
        return "operand NaN or Infinity"
    if mode == "05up":
        return "rounding 05up"
    if not all(number(text) for text in operands):
        assert "conversion_syntax" in conditions, "not a number: " + repr(operands)
        if any(" " in text or not text.isascii() for text in operands):
            return "text with blanks"
        return " ".join(("copy", "half_even", *operands)), ("syntax",)
    if mode != "half_even" and any(READING.create_decimal(text) != Decimal(text) for text in operands):
        return "operand needs rounding, which reading does half-even"
    name, *operands = OPERATIONS[operation]([rewrite(text) for text in operands])
    line = " ".join((name, mode, *operands))
    wanted = {STATUS_OF[c] for c in conditions if c in STATUS_OF}
    if wanted or special(result):
        assert wanted, "NaN or Infinity without a condition: " + repr(word)
        return line, tuple(wanted)
    return line, (result,)


class Vectors(unittest.TestCase):
    @unittest.skipUnless(FOLDER, "no dq*.decTest: install libpython3.11-testsuite or set ORDAIN_DECTEST")
    def test_vectors(self):
        print("vectors in", FOLDER)
        lines, answers, ids, ran, left_out, short = [], [], [], {}, {}, []
        for path in sorted(glob.glob(os.path.join(FOLDER, "dq*.decTest"))):
            name, directives = os.path.basename(path)[:-len(".decTest")], {}
            ran[name] = 0
            with open(path, encoding="utf-8") as file:
                for text in file:
                    word = words(text)
                    if not word:
                        continue
                    if word[0].endswith(":"):
                        directives[word[0][:-1].lower()] = word[1].lower()
                        continue
                    self.assertEqual([directives.get(k) for k in ("precision", "maxexponent", "minexponent", "clamp")],
                                     ["34", "6144", "-6143", "1"], path)
                    vector = prepare(word, directives["rounding"])
                    if isinstance(vector, str):
                        left_out.setdefault(vector, []).append(word[0])
                        continue
                    ran[name] += 1
                    lines.append(vector[0])
                    answers.append(vector[1])
                    ids.append(word[0])
        run = subprocess.run([DRIVER], input="\n".join(lines) + "\n", capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout[-200:] + run.stderr)
        got = run.stdout.splitlines()
        self.assertEqual(len(got), len(lines))
        wrong = ["%s: %s\n  expected %s\n  got      %s" % item
                 for item in zip(ids, lines, answers, got) if item[3] not in item[2]]
        for name, n in ran.items():
            if n:
                print("  %-20s %5d" % (name, n))
            if n < MINIMUM.get(name, 0):
                short.append("%s: %d ran, at least %d expected" % (name, n, MINIMUM[name]))
        print("  %-20s %5d" % ("all", len(lines)))
        for reason, what in sorted(left_out.items()):
            print("  left out: %5d %s" % (len(what), reason))
        if wrong:
            self.fail("%d differ:\n%s" % (len(wrong), "\n".join(wrong[:40])))
        short += [name + ": no such file" for name in MINIMUM if name not in ran]
        self.assertFalse(short)
        self.assertGreaterEqual(len(lines), MINIMUM_TOTAL)


if __name__ == "__main__":
    unittest.main()
