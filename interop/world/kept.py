"""What is kept of whole runs of the world in world.json: made, joined with other runs, and checked."""
import json

import orders
import verdicts

CELL = ("peer", "order", "engine", "tls", "ours", "verdict", "seen")
ABOUT = ("role", "about", "package", "library", "tls")


def figures_of(evidence, table):
    return {**{key: evidence[key] for key in ("spec_sha256", "seconds", "ours", "observations",
                                              "checks", "cells", "engines")},
            "versions": evidence["tools"]["packages"],
            "peers": {name: {key: peer[key] for key in ABOUT if key in peer}
                      for name, peer in table.items()},
            "orders": list(orders.ORDERS), "verdicts": list(verdicts.WORST_FIRST),
            "limits": limits_of(evidence),
            "records": [[record[key] for key in CELL] for record in evidence["records"]]}


def limits_of(evidence):
    """Reason -> engine, peers: where an engine of ours does not do what is specified."""
    told = {}
    for record in evidence["records"]:
        if record["ours"] == "limit":
            known = told.setdefault(record["limit"], {"engine": record["engine"], "peers": []})
            known["peers"] = sorted({*known["peers"], record["peer"]})
    return told


def figures_text(figures):
    """A line for each cell, so that a change can be read."""
    def listed(records):
        return "[\n" + ",\n".join("  " + json.dumps(record) for record in records) + "\n ]"
    further = figures.get("further")
    head = json.dumps({**figures, "records": "RECORDS",
                       **({"further": {**further, "records": "FURTHER"}} if further else {})}, indent=1)
    head = head.replace('"RECORDS"', listed(figures["records"]))
    return (head.replace('"FURTHER"', listed(further["records"])) if further else head) + "\n"


def orders_of(figures):
    return figures.get("orders") or list(dict.fromkeys(record[1] for record in figures["records"]))


def settings(peer):
    """Of our side: engines, each in the versions of TLS that both have."""
    return sum(tls in peer["tls"] for both in orders.ENGINES.values() for tls in both)


def ran(told):
    return list(dict.fromkeys(record[0] for record in told["records"]))


def mismatch(figures, told):
    """Why the cells of another run cannot stand beside those that there are; None if they can."""
    if told["spec_sha256"] != figures["spec_sha256"]:
        return "it is of another specification"
    for field in ("engines", "versions"):
        for name, version in told[field].items():
            if figures[field].get(name, version) != version:
                return f"it was made with {name} {version}, the other cells with {figures[field][name]}"
    for name in ran(told):
        known, count = figures["peers"].get(name), len(orders.ORDERS) * settings(told["peers"][name])
        if known not in (None, told["peers"][name]) and sum(record[0] == name for record in told["records"]) < count:
            return f"what {name} is has changed: all of its cells have to be made"
    return None


def merged(figures, told):
    """The figures with the cells of a run of some programs in the place of those that there are."""
    cells = {tuple(record[:4]): record for record in [*figures["records"], *told["records"]]}
    peers = {**figures["peers"], **{name: told["peers"][name] for name in ran(told)}}
    names = [name for name in told["peers"] if name in peers] + [n for n in peers if n not in told["peers"]]
    records = sorted(cells.values(), key=lambda record: names.index(record[0]))
    whole = {**figures, "versions": {**figures["versions"], **told["versions"]},
             "peers": {name: peers[name] for name in names}, "orders": told["orders"],
             "verdicts": told["verdicts"], "cells": len(records), "records": records,
             "later": sorted({*figures.get("later", []), *ran(told)})}
    if "further" in figures:
        whole["further"] = {**figures["further"], "records": [
            record for record in figures["further"]["records"] if record[0] not in ran(told)]}
    for field, key in (("ours", "ours"), ("observations", "verdict")):
        whole[field] = {name: sum(record[CELL.index(key)] == name for record in records) for name in told[field]}
    limited = {(record[0], record[2]) for record in records if record[CELL.index("ours")] == "limit"}
    whole["limits"] = {
        reason: {**known, "peers": sorted(name for name, engine in limited if engine == known["engine"])}
        for reason, known in {**figures["limits"], **told["limits"]}.items()}
    return {**whole, **{key: figures[key] + told[key] for key in ("seconds", "checks")}}


def with_further(figures, told):
    """(figures, why not) with those cells of another whole run that came out otherwise in it."""
    wrong = mismatch(figures, told) or next(problems(told), None)
    if not wrong and told["ours"] != figures["ours"]:
        wrong = f"our side is {told['ours']} in it, and {figures['ours']} in the first"
    if not wrong and {tuple(r[:4]) for r in told["records"]} != {tuple(r[:4]) for r in figures["records"]}:
        wrong = "it has other cells than the first"
    known = figures.get("further", {"seconds": [], "records": []})
    if not wrong and told["seconds"] in (figures["seconds"], *known["seconds"]):
        wrong = "it is a run that is kept already"
    if wrong:
        return None, wrong
    verdict = CELL.index("verdict")
    first = {tuple(record[:4]): record[verdict] for record in figures["records"]}
    more = [record for record in told["records"] if record[verdict] != first[tuple(record[:4])]
            and record not in known["records"]]
    whole = {**figures, "further": {"seconds": [*known["seconds"], told["seconds"]],
                                    "records": known["records"] + more}}
    return whole, next(problems(whole), None)


def seen_in_all(figures):
    """The cells of each run: those of the first, and what was otherwise in further ones."""
    return (dict(zip(CELL, record)) for record in
            figures["records"] + figures.get("further", {}).get("records", []))


def with_others(figures, told):
    """(figures, why not) with the cells of a run of some programs."""
    wrong = mismatch(figures, told)
    if wrong:
        return None, wrong
    whole = merged(figures, told)
    return whole, next(problems(whole), None)


def played_since(figures, table):
    """Cells that were not played then, for the dialogue had nothing of that kind, and now has."""
    cells = (dict(zip(CELL, record)) for record in figures["records"])
    return list(dict.fromkeys(f"{cell['order']} of {cell['peer']}" for cell in cells
                              if cell["ours"] == "not played" and cell["peer"] in table
                              and orders.reason_not_to(cell["order"], table[cell["peer"]]) is None
                              and f"{cell['engine']} {cell['tls']}" not in table[cell["peer"]].get("unmet", {})))


def older(figures, table):
    """What the figures do not know yet, for they were made before it."""
    have = {name: {key: peer.get(key) for key in ABOUT} for name, peer in figures["peers"].items()}
    now = {name: {key: peer.get(key) for key in ABOUT} for name, peer in table.items()}
    peers = [name for name in now if have.get(name) != now[name]] + [n for n in have if n not in now]
    news = [order for order in orders.ORDERS if order not in orders_of(figures)]
    words = [word for word in verdicts.WORST_FIRST if word not in figures.get("verdicts", [])]
    return [f"{what} {', '.join(names)}" for what, names in
            (("the programs", peers), ("the orders", news), ("the cells", played_since(figures, table))) if names] + \
        (["the rules of the verdicts that stand above"] if words else [])


def problems(figures):
    """What the figures cannot be: cells that are missing or twice, counts that are others."""
    records = [dict(zip(CELL, record)) for record in figures["records"]]
    have = sorted((r["peer"], r["order"], r["engine"], r["tls"]) for r in records)
    want = sorted((name, order, engine, tls) for name, peer in figures["peers"].items()
                  for order in orders_of(figures) for engine, both in orders.ENGINES.items()
                  for tls in both if tls in peer["tls"])
    if have != want:
        odd = sorted(set(have) ^ set(want)) or have
        yield f"its cells are not those of its peers and orders, {' '.join(odd[0])} for one"
    if set(figures["engines"]) != set(orders.ENGINES):
        yield f"engines is {' '.join(figures['engines'])}, expected {' '.join(orders.ENGINES)}"
    for field, key in (("ours", "ours"), ("observations", "verdict")):
        counted = {name: sum(r[key] == name for r in records) for name in figures[field]}
        if counted != figures[field] or sum(counted.values()) != len(records):
            yield f"{field} is {figures[field]}, its own list says {counted}"
    verdict = CELL.index("verdict")
    first = {tuple(record[:4]): record[verdict] for record in figures["records"]}
    for record in figures.get("further", {}).get("records", []):
        if first.get(tuple(record[:4]), record[verdict]) == record[verdict]:
            yield f"further has {' '.join(record[:4])}, which is no cell, or was so in the first run"
    if figures["cells"] != len(records):
        yield f"cells is {figures['cells']}, its own list has {len(records)}"
