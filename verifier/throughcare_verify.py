#!/usr/bin/env python3
"""Verifies an export of Throughcare, offline, with Python's standard library alone.

    python3 throughcare_verify.py DIR --policy FILE [--older FILE-or-DIR]... [--stream ID]
                                  [--receipt FILE --receipt-keys FILE]... [--json]
    python3 throughcare_verify.py --proof FILE --policy FILE [--json]

A second pair of eyes for `throughcare verify`: written apart from it, from the published formats (RFC 6962, RFC 8032,
c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, tlog-cosignature, tlog-policy) and the description of the
export in the README. Exit status: 0 nothing was altered, 1 something was, 3 it cannot be judged.
"""
import argparse, base64, hashlib, json, os, re, struct, sys

ERASURE = b"organisation.person-erased"
U = rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
T = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
N = rb"[1-9][0-9]{0,8}"
RECORD = re.compile(
    rb"throughcare event 1\nevent (?P<event>%s)\nstream [a-z]+ (?P<stream>%s)\nversion (?P<version>%s)\n"
    rb"type (?P<type>[!-~]+) %s\noccurred (?:on [0-9]{4}-[0-9]{2}-[0-9]{2}|at %s)\nreceived %s\n"
    rb"recorded (?P<recorded>%s)\norigin [^\n]*\nclient [^\n]*\n(?:user [^\n]*\n)?"
    rb"organisation (?P<organisation>[^\n]*)\nrole [^\n]*\n(?:behalf [^\n]*\n)?purpose [^\n]*\n"
    rb"correlation %s\n(?:causation %s\n)?(?:system [^\n]*\nreference [^\n]*\n)?key %s\n"
    rb"payload (?P<payload>[0-9a-f]{64})\n" % (U, U, N, N, T, T, T, U, U, N))
WORDS = {
    "missing": "The entry at position {0} is missing.",
    "surplus": "There is something at position {0} that the log does not have.",
    "altered": "The entry at position {0} is not the one whose hash is in the log.",
    "record": "The entry at position {0} is no record of an event.",
    "order": "The event at position {0} was recorded before the one that precedes it.",
    "stream": "The event at position {0} does not go on where the events of its stream ended.",
    "twice": "The event at position {0} stands in the log before.",
    "event": "The event at position {0} is missing or is not the one in the log.",
    "payload": "What is stored of the event at position {0} is not what was recorded.",
    "proof": "The proof of the event at position {0} does not hold.",
    "tile": "The hashes of the log are missing or disagree, first at position {0}.",
    "erased": "It is said that an erasure stands at position {0}, and none does.",
}


class Fault(Exception):
    def __init__(self, what, words=None, position=None, upto=None):
        words = words if words is not None else WORDS[what].format(position)
        self.told = {"what": what, "position": position, "upto": upto, "words": words}


class Unreadable(Exception):
    pass


# --- Ed25519 (RFC 8032, 5.1), checking only ---
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def point(bytes32):
    y = int.from_bytes(bytes32, "little") & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and bytes32[31] >> 7):
        return None
    if x & 1 != bytes32[31] >> 7:
        x = P - x
    return (x, y, 1, x * y % P)


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(s, p):
    q = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = plus(q, p)
        p, s = plus(p, p), s >> 1
    return q


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    a = point(key)
    if a is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    q = plus(times(s, BASE), times(h, (P - a[0], a[1], 1, P - a[3])))  # s·B - h·A, which must be R
    z = pow(q[2], P - 2, P)
    x, y = q[0] * z % P, q[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- trees (RFC 6962, RFC 9162) ---
def sha(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha(b"\1" + left + right)


def root_of(size, subtree, start=0):
    """The root of `size` leaves from complete subtrees: subtree(height, index)."""
    if size == 0:
        return sha(b"")
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return subtree(height, start >> height)
    left = 1 << (size - 1).bit_length() - 1
    return node(root_of(left, subtree, start), root_of(size - left, subtree, start + left))


def folded(row):
    while len(row) > 1:
        row = [node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def included(leaf, index, size, hashes, root):
    if index >= size:
        return False
    place, last, value = index, size - 1, leaf
    for sibling in hashes:
        if last == 0:
            return False
        if place & 1 or place == last:
            value = node(sibling, value)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node(value, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and value == root


def tile_path(level, index, width):
    groups = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        groups.insert(0, "x%03d" % (index % 1000))
    return "tile/%s/%s%s" % (level, "/".join(groups), "" if width == 256 else ".p/%d" % width)


# --- signed notes, checkpoints, policies ---
def strict64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError
    return data


def number(text):
    if not re.fullmatch("0|[1-9][0-9]{0,19}", text) or int(text) >= 1 << 64:
        raise ValueError
    return int(text)


def note_of(text):
    """Text and signatures (name, id, bytes) of a note; ValueError where it is none."""
    end = text.rindex("\n\n")
    body, lines = text[: end + 1], text[end + 2:]
    if len(text.encode()) > 65536 or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", body):
        raise ValueError
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, name, data = line.split(" ", 2)
        data = strict64(data)
        if dash != "\u2014" or not name or len(data) < 5 or re.search(r"[\s+\x00-\x1f\x7f-\x9f]", name):
            raise ValueError
        signatures.append((name, data[:4], data[4:]))
    if len(signatures) > 64:
        raise ValueError
    return body, signatures


def checkpoint_of(body):
    lines = body[:-1].split("\n")
    if len(lines) < 3 or "" in lines:
        raise ValueError
    root = strict64(lines[2])
    if len(root) != 32:
        raise ValueError
    return lines[0], number(lines[1]), root


def key_of(text, use):
    name, digits, data = text.split("+", 2)
    data = strict64(data)
    if data[0] != use or len(data) != 33 or sha(name.encode() + b"\n" + data)[:4].hex() != digits:
        raise ValueError
    return name, bytes.fromhex(digits), data[1:]


class Policy:
    def __init__(self, text):
        self.logs, self.witnesses, self.groups, self.quorum = [], [], [], None
        for line in text.split("\n"):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log":
                self.logs.append(key_of(words[1], 1))
            elif words[0] == "witness":
                self.witnesses.append((words[1], key_of(words[2], 4)))
            elif words[0] == "group":
                needed = {"any": 1, "all": len(words) - 3}.get(words[2])
                self.groups.append((words[1], int(words[2]) if needed is None else needed, words[3:]))
            elif words[0] == "quorum" and self.quorum is None and len(words) == 2:
                self.quorum = words[1]
            else:
                raise ValueError
        if self.quorum is None:
            raise ValueError

    def by_log(self, note):
        body, signatures = note
        for name, digits, key in self.logs:
            mine = [s for n, i, s in signatures if (n, i) == (name, digits)]
            if mine and all(signed(key, body.encode(), s) for s in mine) and body.split("\n")[0] == name:
                return True
        return False

    def judge(self, note):
        """The names of the witnesses that cosigned; a Fault where that is not enough."""
        if not self.by_log(note):
            raise Fault("signature", "No log of the policy signed the checkpoint as it is.")
        body, signatures = note
        names = []
        for name, (key_name, digits, key) in self.witnesses:
            for n, i, data in signatures:
                if (n, i) == (key_name, digits) and len(data) == 72:
                    at = struct.unpack(">Q", data[:8])[0]
                    message = "cosignature/v1\ntime %d\n%s" % (at, body)
                    if at < 1 << 63 and signed(key, message.encode(), data[8:]):
                        names.append(name)
                        break
        have = set(names) | {"none"}
        for name, needed, members in self.groups:
            if sum(member in have for member in members) >= needed:
                have.add(name)
        if self.quorum not in have:
            raise Fault("quorum", "Too few witnesses of the policy cosigned the checkpoint: %s." % (", ".join(names) or "none"))
        return names


# --- the export ---
class Export:
    def __init__(self, directory):
        self.directory = directory

    def read(self, path):
        try:
            with open(os.path.join(self.directory, *path.split("/")), "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def hashes(self, level, index, width):
        data = self.read(tile_path(level, index, width)) or b""
        return [data[i: i + 32] for i in range(0, len(data) // 32 * 32, 32)]

    def root_at(self, size, old):
        def subtree(height, index):
            level, within = divmod(height, 8)
            first = index << within
            tile = first // 256
            row = self.hashes(level, tile, min(256, (size >> 8 * level) - tile * 256))
            row = row[first % 256: first % 256 + (1 << within)]
            if len(row) != 1 << within:
                raise Fault("tile", position=(index << height) + 1)
            return folded(row)
        return root_of(old, subtree)


def line_of(line, position, entry, payload):
    """What is wrong with a line of events/; None when nothing is."""
    try:
        line = json.loads(line.decode(), parse_constant=lambda _: 1 / 0)
        if not {"position", "record", "case"} <= set(line) <= {"position", "record", "case", "identity", "facts"}:
            return "event"
        if type(line["position"]) is not int or (line["position"], line["record"].encode()) != (position, entry):
            return "event"
        case, identity = line["case"], line.get("identity")
        if not isinstance(case, str) or not isinstance(identity, (str, type(None))):
            return "event"
    except (ValueError, AttributeError, TypeError, ZeroDivisionError, RecursionError):
        return "event"
    try:
        parts = [strict64(case), strict64(identity) if identity is not None else b""]
    except ValueError:
        return "payload"
    hashed = sha(b"".join(struct.pack(">Q", len(part)) + part for part in parts))
    return None if hashed == payload else "payload"


class Verification:
    def __init__(self, export, policy, olders, stream, receipts):
        self.export, self.policy, self.olders, self.receipts = export, policy, olders, receipts
        self.asked, self.faults = stream, []
        self.streams, self.places, self.erasures, self.recorded, self.events, self.payloads = {}, {}, {}, b"", 0, 0

    def run(self):
        try:
            self.manifest = json.loads(self.export.read("manifest.json") or b"")
            scope = self.manifest["scope"].split(" ")[0]
            if self.manifest["format"] != "throughcare export 1" or scope not in ("all", "person", "organisation", "period"):
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable("this is no export that can be verified here") from error
        out = {"verdict": "altered", "faults": self.faults, "scope": self.manifest["scope"], "origin": "", "size": 0,
               "root": "", "witnesses": [], "older": 0, "events": 0, "payloads": 0, "streams": 0, "erased": [],
               "stream": None, "receipts": 0, "receipts_later": 0}
        try:
            text = (self.export.read("checkpoint") or b"").decode()
            try:
                note = note_of(text)
            except ValueError:  # without any signature it still says what it is about
                if not text.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", text):
                    raise
                note = (text, [])
            self.origin, self.size, self.root = checkpoint_of(note[0])
        except ValueError:
            self.faults.append(Fault("checkpoint", "There is no checkpoint that can be read.").told)
            return out
        out.update(origin=self.origin, size=self.size, root=base64.b64encode(self.root).decode())
        self.good, whole, told = 0, scope == "all", {"older": 0, "erased": [], "receipts": 0, "receipts_later": 0}
        told["witnesses"] = self.trying(lambda: self.policy.judge(note))
        if [self.manifest.get(key) for key in ("origin", "size", "root")] != [self.origin, self.size, out["root"]]:
            self.faults.append(Fault("manifest", "The manifest tells of another log, size or root than the checkpoint.").told)
        self.trying(lambda: self.older(told, whole))
        for fault in self.faults:  # what nobody signed is vouched for only as far as something older reaches
            if fault["what"] in ("signature", "quorum") and self.good < self.size:
                fault.update(position=self.good + 1, upto=self.size)
                fault["words"] += " Nothing vouches for the positions %d to %d." % (self.good + 1, self.size)
        self.trying(self.entries if whole else lambda: self.part(scope))
        self.trying(lambda: self.erased(told, whole))
        if self.asked is not None:
            told["stream"] = {"id": self.asked, "versions": self.streams.get(self.asked.encode())}
            if not told["stream"]["versions"]:
                self.faults.append(Fault("no-stream", "No event of the stream %s is here." % self.asked).told)
        self.trying(lambda: self.promises(told))
        if not self.faults:
            out.update(told, verdict="unaltered", events=self.events, payloads=self.payloads, streams=len(self.streams))
        return out

    def trying(self, check):
        try:
            return check()
        except Fault as fault:
            self.faults.append(fault.told)

    def older(self, told, whole):
        olders = []
        for path in self.olders:
            export = Export(path) if os.path.isdir(path) else None
            try:
                note = note_of((Export(os.path.dirname(path) or ".").read(os.path.basename(path))
                                if export is None else export.read("checkpoint") or b"").decode())
                origin, size, root = checkpoint_of(note[0])
                if not self.policy.by_log(note) or origin != self.origin:
                    raise ValueError
            except ValueError:
                raise Fault("older", "An older checkpoint is not one that this log signed.") from None
            olders.append((size, root, export))
        for size, root, export in sorted(olders, key=lambda older: older[0]):
            if size > self.size:
                raise Fault("shorter", "The log has %d entries and had %d before: from position %d on they are missing."
                            % (self.size, size, self.size + 1), self.size + 1)
            if (size, root) != (self.size, self.root):
                if not whole:
                    raise Fault("older", "An older checkpoint can only be compared with an export of all of the log.")
                if self.export.root_at(self.size, size) != root or size == self.size:
                    self.history(size, export)
            self.good = size
            told["older"] += 1

    def history(self, size, export):
        words = "The log does not go on from an older checkpoint."
        for first in range(0, size if export else 0, 256):
            then = export.hashes(0, first // 256, min(256, size - first))
            today = self.export.hashes(0, first // 256, min(256, self.size - first))
            for place, value in enumerate(then):
                if today[place: place + 1] != [value]:
                    at = first + place + 1
                    raise Fault("history", "%s The entry at position %d was another one then." % (words, at), at)
        self.between("history", min(self.good, max(size - 1, 0)) + 1, size, words)

    def between(self, what, first, upto, words):
        words += " The difference lies between the positions %d and %d." % (first, upto)
        raise Fault(what, words, first, upto)

    def item(self, position, found, goes_on):
        """What is wrong with the place of an entry; it is taken into account all the same."""
        before, version = self.streams.get(found["stream"], 0), int(found["version"])
        what = "order" if found["recorded"] < self.recorded else None if goes_on(before, version) else "stream"
        self.streams[found["stream"]] = version
        if self.places.setdefault(found["event"], position) != position:
            what = what or "twice"
        if found["type"] == ERASURE:
            self.erasures[position] = found["event"].decode()
        self.recorded, self.events = found["recorded"], self.events + 1
        return what

    def entries(self):
        """All entries in order; what is wrong with events is told after what is wrong with entries."""
        leaves, trouble, lines, misplaced = [], None, None, None
        try:
            for first in range(0, self.size, 256):
                if first % 8192 == 0:
                    trouble = trouble or self.ended(lines, first)
                    lines = self.opened(first)
                width = min(256, self.size - first)
                tile = self.export.read(tile_path(0, first // 256, width)) or b""
                if len(tile) != 32 * width:
                    raise Fault("tile", position=first + 1)
                data = self.export.read(tile_path("entries", first // 256, width)) or b""
                at = 0
                for place in range(width):
                    position = first + place + 1
                    end = at + 2 + int.from_bytes(data[at: at + 2], "big")
                    if at + 2 > len(data) or end > len(data):
                        raise Fault("missing", position=position)
                    entry, at = data[at + 2: end], end
                    leaves.append(sha(b"\0" + entry))
                    if leaves[-1] != tile[32 * place: 32 * place + 32]:
                        raise Fault("altered", position=position)
                    found = RECORD.fullmatch(entry)
                    if not found:
                        raise Fault("record", position=position)
                    if lines is not None and not lines["fault"]:
                        line = next(lines["lines"], None)
                        what = "event" if line is None else line_of(line, position, entry, bytes.fromhex(found["payload"].decode()))
                        if what:
                            lines["fault"] = Fault(what, position=position).told
                        else:
                            self.payloads += 1
                    what = self.item(position, found, lambda before, version: version == before + 1)
                    if what and not misplaced:
                        misplaced = Fault(what, position=position).told
                        self.faults.append(misplaced)
                if at != len(data):
                    raise Fault("surplus", position=first + width + 1)
            trouble = trouble or self.ended(lines, self.size)
            lines = None
            self.tiles(leaves)
        except Fault as fault:
            self.faults.append(fault.told)
            # The rest of that file of events is not compared; what was compared is told.
            trouble = trouble or (lines and (lines["fault"] or lines["unnamed"]))
        if trouble:
            self.faults.append(trouble)

    def opened(self, first):
        path = "events/%06d.ndjson" % (first // 8192)
        data, named = self.export.read(path), self.manifest["files"].get(path)
        if data is None:
            fault = Fault("event", position=first + 1).told if named is not None else None
            return {"fault": fault, "unnamed": None, "lines": iter(()), "absent": True} if fault else None
        unnamed = None if named == sha(data).hex() else Fault("file", "%s is not the file that the manifest names." % path).told
        lines = data.split(b"\n")
        return {"fault": None, "unnamed": unnamed, "lines": iter(lines if lines[-1] else lines[:-1])}

    def ended(self, lines, end):
        if lines is None:
            return None
        if not lines["fault"] and next(lines["lines"], None) is not None:
            return Fault("surplus", position=end + 1).told
        return lines["fault"] or lines["unnamed"]

    def tiles(self, row):
        rows = row
        level = 1
        row = [folded(row[i: i + 256]) for i in range(0, len(row) // 256 * 256, 256)]
        while row:
            for index in range(0, len(row), 256):
                want = row[index: index + 256]
                data = self.export.read(tile_path(level, index // 256, len(want))) or b""
                first = next((place for place, value in enumerate(want) if data[32 * place: 32 * place + 32] != value), None)
                if first is None and len(data) != 32 * len(want):
                    first = 0
                if first is not None:
                    start = index + first << 8 * level
                    self.between("tile", start + 1, min(start + (1 << 8 * level), self.size),
                                 "The hashes of the log are missing or disagree.")
            row = [folded(row[i: i + 256]) for i in range(0, len(row) // 256 * 256, 256)]
            level += 1
        if root_of(self.size, lambda height, index: folded(rows[index << height: index + 1 << height])) != self.root:
            if self.size == 0:
                raise Fault("root", "The checkpoint of the empty log has another root.")
            self.between("root", min(self.good, self.size - 1) + 1, self.size, "The entries do not lead to the root of the checkpoint.")

    def part(self, scope):
        before = 0
        for index in range(-(-self.manifest["events"] // 8192)):
            path = "events/%06d.ndjson" % index
            data = self.export.read(path) or b""
            for line in filter(None, data.split(b"\n")):
                try:
                    read = json.loads(line.decode())
                    position, entry = read["position"], read["record"].encode()
                    if type(position) is not int or position <= before or (scope == "period" and before and position != before + 1):
                        raise ValueError
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    raise Fault("event", position=before + 1) from None
                try:
                    proof = proof_of((self.export.read("proofs/%d.tlog-proof" % position) or b"").decode())
                    body = checkpoint_of(proof["note"][0])
                except (ValueError, KeyError):
                    proof = None
                if not proof or proof["index"] + 1 != position or body != (self.origin, self.size, self.root) or \
                        not included(sha(b"\0" + entry), position - 1, self.size, proof["hashes"], self.root):
                    raise Fault("proof", position=position)
                found = RECORD.fullmatch(entry)
                if not found:
                    raise Fault("record", position=position)
                what = line_of(line, position, entry, bytes.fromhex(found["payload"].decode()))
                if what:
                    raise Fault(what, position=position)
                what = self.item(position, found, lambda then, now: now == then + 1 if scope == "person" else now > then)
                if what:
                    raise Fault(what, position=position)
                self.payloads, before = self.payloads + 1, position
            if self.manifest["files"].get(path) != sha(data).hex():
                raise Fault("file", "%s is not the file that the manifest names." % path)
        if self.events != self.manifest["events"]:
            raise Fault("manifest", "There are more or fewer events than the manifest tells of.")

    def erased(self, told, whole):
        for line in filter(None, (self.export.read("erased.ndjson") or b"").split(b"\n")):
            try:
                line = json.loads(line.decode())
                there = self.erasures.get(line["position"]) == line["tombstone"]
            except (ValueError, KeyError, TypeError):
                raise Fault("erased", "A line of erased.ndjson cannot be read.") from None
            if not there and whole:
                raise Fault("erased", position=line["position"])
            if there:
                told["erased"].append(line)

    def promises(self, told):
        for receipt in self.receipts:
            lacking = [event for event in receipt["events"] if event.encode() not in self.places][:1]
            beyond = receipt["position"] is not None and receipt["position"] > self.size
            if not lacking and not beyond:
                told["receipts"] += 1
                continue
            due = receipt["by"].encode() < self.recorded if receipt["by"] is not None else not beyond
            if lacking and due:
                raise Fault("omitted", "A receipt promises the event %s, and the log does not have it." % lacking[0])
            told["receipts_later"] += 1


def proof_of(text):
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError
    extra = strict64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
    first = lines.pop(0)
    hashes = [strict64(line) for line in lines]
    if not first.startswith("index ") or len(hashes) > 63 or any(len(value) != 32 for value in hashes):
        raise ValueError
    return {"extra": extra, "index": number(first[6:]), "hashes": hashes, "note": note_of(note)}


def prove(text, policy):
    try:
        proof = proof_of(text)
    except (ValueError, IndexError):
        raise Fault("proof", "This is no proof file.") from None
    witnesses = policy.judge(proof["note"])
    origin, size, root = checkpoint_of(proof["note"][0])
    if proof["extra"] is None:
        raise Fault("proof", "The proof has no record with it.")
    if not included(sha(b"\0" + proof["extra"]), proof["index"], size, proof["hashes"], root):
        raise Fault("proof", "The proof does not lead from the record to the root of the checkpoint.")
    found = RECORD.fullmatch(proof["extra"])
    if not found:
        raise Fault("proof", "What is proved is no record of an event.")
    out = {"origin": origin, "position": proof["index"] + 1, "size": size}
    for name in ("event", "stream", "version", "type", "recorded", "organisation"):
        out[name] = found[name].decode()
    return dict(out, version=int(out["version"]), witnesses=witnesses)


def receipt_of(text, keys):
    pad = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    try:
        receipt = json.loads(text)
        receipt = receipt.get("receipt", receipt)
        [key] = [key for key in json.loads(keys)["keys"] if key["kid"] == receipt["keyId"]]
        if not signed(pad(key["x"]), receipt["signed"].encode(), pad(receipt["signature"])):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("the receipt is none, or the signature of the receipt does not hold") from error
    lines = [line.split(" ", 1) for line in receipt["signed"].split("\n") if " " in line]
    told = dict(lines)
    position = told.get("position")
    return {"events": [value for name, value in lines if name == "event"], "by": told.get("by"),
            "position": int(position) if position else None}


def main():
    parser = argparse.ArgumentParser(description="Verifies an export of Throughcare, offline.")
    parser.add_argument("directory", nargs="?")
    for flag in ("--proof", "--stream", "--receipt-keys"):
        parser.add_argument(flag)
    parser.add_argument("--policy", required=True)
    for flag in ("--older", "--receipt"):
        parser.add_argument(flag, action="append", default=[])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    text = lambda path: open(path, encoding="utf-8", newline="").read()
    try:
        policy = Policy(text(asked.policy))
        if asked.proof:
            try:
                out = dict(prove(text(asked.proof), policy), verdict="proved")
            except Fault as fault:
                out = {"verdict": "altered", "faults": [fault.told]}
        elif asked.directory:
            receipts = [receipt_of(text(path), text(asked.receipt_keys)) for path in asked.receipt]
            out = Verification(Export(asked.directory), policy, asked.older,
                               asked.stream and asked.stream.lower(), receipts).run()
        else:
            parser.error("name a directory, or a proof file with --proof")
    except (Unreadable, OSError, ValueError, IndexError, TypeError) as error:
        print("It cannot be judged: %s" % error, file=sys.stderr)
        return 3
    if asked.json:
        print(json.dumps(out, ensure_ascii=False, sort_keys=True))
    elif out["verdict"] == "altered":
        print("This is NOT as it was recorded.")
        for fault in out["faults"]:
            print("- " + fault["words"])
    elif asked.proof:
        print("The event %(event)s is in the log %(origin)s at position %(position)s of %(size)s." % out)
    else:
        print("Nothing was altered: {events:,} events of the log {origin} ({scope}) are as they were recorded.".format(**out))
    return 1 if out["verdict"] == "altered" else 0


if __name__ == "__main__":
    sys.exit(main())
