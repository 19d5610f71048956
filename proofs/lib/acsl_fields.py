"""The fields of the structures that contracts speak of, read where they are declared, and which a clause assigns."""
import os
import re

from acsl import arguments
from acsl_checks import without_brackets
from wp import ROOT, CannotRun

FIELD = re.compile(r"^ *((?:const )?\w+(?: \w+)*[ *]+)(\w+)(\[[^\]]*\])?;", re.M)
WHOLE = re.compile(r"\*?(\w+)(?:\[.*\])?")   # all that a pointer points to, or a part of an array
LOCATION = re.compile(r"(\w+)((?:->\w+)+)((?:\.\w+)?)\s*(?:\[[^\]]*\])?")


class Fields:
    """
    Of each structure: (file, how its declaration begins) by name; or a pattern of those of its fields that the
    contracts in `text` name, where they alone count. `texts`: files that are read already. `ghosts`: their names.
    """

    def __init__(self, structs, texts, text="", ghosts=()):
        self.of = {"ghost": {name: ("", "") for name in ghosts}}
        for kind, where in structs.items():
            if isinstance(where, re.Pattern):
                self.of[kind] = {name: ("", "") for name in dict.fromkeys(where.findall(text))}
                continue
            path, begins = where
            if path not in texts:
                with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                    texts[path] = file.read()
            text = re.sub(r"/\*.*?\*/", "", texts[path], flags=re.S)
            body = re.search(rf"^{begins} \{{\n(.*?)^\}}", text, re.S | re.M)
            if not body or FIELD.sub("", body[1]).strip():
                raise CannotRun(f"{path}: {begins} is not understood")
            self.of[kind] = {name: (typed.strip(), array or "") for typed, name, array in FIELD.findall(body[1])}

    def declared(self, kind, field):
        """Its type, and its brackets."""
        first, _, inner = field.partition(".")
        if first not in self.of[kind]:
            raise CannotRun(f"{kind} has no {field}")
        return self.declared(self.of[kind][first][0], inner) if inner else self.of[kind][first]

    def type_of(self, kind, field):
        return self.declared(kind, field)[0]

    def points_to(self, kind, field, objects):
        typed = re.sub(r"\b(const|struct) ", "", self.type_of(kind, field)).split()[0]
        if typed not in objects:
            raise CannotRun(f"{kind}->{field} points to none of the objects")
        return objects[typed]

    def all(self, kinds):
        """(structure, field); of one that has a structure in it, the fields of that."""
        for kind in kinds:
            for field, (typed, _) in self.of[kind].items():
                if typed in self.of:
                    yield from ((kind, f"{field}.{inner}") for inner in self.of[typed])
                else:
                    yield kind, field

    def assigned(self, text, roots, objects):
        """
        What `assigns` names of them: a part of an array counts as all of it. `roots`: the parameters, and what else
        a location can begin with; None: it is none of these structures.
        """
        found = set()
        for one in arguments(without_brackets(re.sub(r"\\from.*", "", text, flags=re.S))):
            one = re.sub(r"\s+", "", one)
            where, whole = LOCATION.fullmatch(one), WHOLE.fullmatch(one)
            if where and roots.get(where[1]):
                kind, *steps = [roots[where[1]], *where[2].split("->")[1:]]
                for step in steps[:-1]:
                    kind = self.points_to(kind, step, objects)
                self.declared(kind, steps[-1] + where[3])
                found.add((kind, steps[-1] + where[3]))
            elif whole and whole[1] in roots:
                found.update(self.all([roots[whole[1]]] if roots[whole[1]] else []))
            elif one in self.of["ghost"]:
                found.add(("ghost", one))
            elif not re.match(r"\\nothing$|\\result$|\(\(char\*\)\w+\)\[", one):
                raise CannotRun(f"ACSL: it is not understood what is assigned: {one}")
        return found
