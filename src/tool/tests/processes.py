"""Numbers of processes come again: those of PID namespaces at a time, and in one of them after a while."""

import json
import os
import shutil
import tempfile

import recorders
from variants import tool_with

AT_A_TIME = "unshare --pid --fork {0}/trap_spaces right & sleep 0.4; unshare --pid --fork {0}/trap_spaces right; wait"
# A second process takes the number of one that was killed; the kernel is told which number is next.
AGAIN = """{0}/trap_killed wrong & first=$!
wait $first
sleep 0.2
echo $((first - 1)) >/proc/sys/kernel/ns_last_pid
{0}/EW010 right & [ $! = $first ] || exit 3
wait $!"""
FACTS = ("started", "ns")


def of_namespaces(t, script, *around):
    return t.judge_now(*around, "bash", "-c", script.format(t.programs))


def wrong_of(t):
    """What is wrong with what is found where numbers come again."""
    found, unseen, done = of_namespaces(t, AT_A_TIME)
    if found or done.returncode or "EW010" in unseen:
        yield "at a time", found, done.stderr[-300:]
    found, unseen, done = of_namespaces(t, AGAIN, "unshare", "--pid", "--fork", "--mount-proc")
    if found or done.returncode or "EW010" not in unseen or "on 1 connections: its process ended" not in done.stderr:
        yield "again", found, done.stderr[-300:]


def without_facts(t):
    """A trace that does not say which process it was is judged by the number alone: a second one is an exec."""
    with tempfile.TemporaryDirectory() as folder:
        trace, report = os.path.join(folder, "trace"), os.path.join(folder, "report")
        t.command(t.tool, "run", f"--trace={trace}", "unshare", "--pid", "--fork", "--mount-proc", "bash", "-c",
                  AGAIN.format(t.programs))
        with open(trace, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({k: v for k, v in line.items() if k not in FACTS}).replace("@", "") + "\n"
                            for line in lines)
        t.command(t.tool, "check", f"--format=json={report}", trace)
        with open(report, encoding="utf-8") as file:
            return [(f["rule"], f["detail"]) for f in json.load(file)["findings"]]


PLANTED = (
    ("takes the next process of a number for an exec", "judge/processes.c", "p->exit != NULL || (p->started !=",
     "p->exit != NULL || (0 && p->started !=", "again"),
    ("does not tell the namespaces of processes apart", "judge/processes.c",
     "c->owner == e->pid && c->space == p->space", "c->owner == e->pid", "at a time"),
)


def is_seen(t, name):
    """Processes that have to meet do so on a machine with time to spare; elsewhere once more, and again."""
    return any(one[0] == name for _ in range(3) for one in wrong_of(t))


def test_processes(t):
    if os.geteuid() != 0 or t.command("unshare", "--pid", "--fork", "--mount-proc", "true").returncode != 0:
        print("not run, as it needs root and PID namespaces: processes of one number")
        return
    wrong = list(wrong_of(t))
    t.check("processes of one number are told apart", not wrong, wrong)
    found = without_facts(t)
    t.check("a trace without these facts", found == [("EW010", "its process started another program")], found)
    good = t.tool
    for what, source, old, new, name in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(os.path.dirname(good), "libendwell-record.so"), folder)
            t.tool, why = tool_with(t, folder, source, old, new)
            found = t.tool and is_seen(t, name)
        t.tool = good
        t.check(f"a tool that {what} is found", found, why)
    with tempfile.TemporaryDirectory() as folder:
        text = (recorders.RECORD / "identity.c").read_text(encoding="utf-8")
        t.tool, why = recorders.recorder(t, folder, "identity.c", text.replace("who->space != FIRST", "0 && FIRST"))
        found = t.tool and list(wrong_of(t))
        t.tool = good
        t.check("a recorder that gives two connections one name is found", found, why)
