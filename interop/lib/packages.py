"""The versions of what a run was made with, for its evidence."""
import subprocess


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def tools(packages, **commands):
    """Tool -> version: of these Debian packages, and what each of the commands says."""
    told = {name: said("dpkg-query", "-W", "-f", "${Version}", name) for name in packages}
    told.update({name: said(*command) for name, command in commands.items()})
    return told
