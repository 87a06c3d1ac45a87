package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Sends signals to a process and all its descendants. A process group would not work: the backends
 * of PostgreSQL leave the group of the server that forked them.
 */
final class ProcessTree {

  private ProcessTree() {}

  /** Freezes the parent first, so that it cannot fork while its children are being searched for. */
  static void freeze(ProcessHandle root) {
    Set<ProcessHandle> frozen = new LinkedHashSet<>();
    List<ProcessHandle> found = List.of(root);
    while (!found.isEmpty()) {
      // Lets the children continue first: a frozen child would not notice the end of its parent.
      found.forEach(process -> Leash.hold(process.pid()));
      Signal.STOP.sendTo(found);
      frozen.addAll(found);
      found = root.descendants().filter(process -> !frozen.contains(process)).toList();
    }
  }

  static void thaw(ProcessHandle root) {
    List<ProcessHandle> below = root.descendants().toList();
    Signal.CONT.sendTo(below);
    Signal.CONT.sendTo(root);
    below.forEach(process -> Leash.release(process.pid()));
  }

  /** Kills all of them and waits until none is running. */
  static void kill(ProcessHandle root, Duration timeout) {
    if (!isRunning(root)) {
      return;
    }
    freeze(root);
    List<ProcessHandle> all = new ArrayList<>(root.descendants().toList());
    all.add(root);
    Signal.KILL.sendTo(all);
    Poll.until(
        "the end of processes " + all.stream().map(ProcessHandle::pid).toList(),
        timeout,
        () -> all.stream().noneMatch(ProcessTree::isRunning));
    all.forEach(process -> Leash.release(process.pid()));
  }

  /**
   * Returns whether a process runs. A zombie, which has ended but whose exit code nobody has read,
   * does not.
   */
  static boolean isRunning(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  private static boolean isZombie(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(Path.of("/proc/self/stat"))) {
      return false;
    }
    try {
      String text = Files.readString(stat);
      // The format is: 4711 (the name, which may contain spaces and brackets) S 1 ...
      return text.startsWith(") Z", text.lastIndexOf(')'));
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      if (Files.exists(stat)) {
        throw new TestServerException("The state of process " + pid + " cannot be read", e);
      }
      return true; // The process ended while its state was being read
    }
  }
}
