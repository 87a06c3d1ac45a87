package dev.tenon.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the process that listens on a port of this machine, on Linux. */
final class PortOwner {

  /** No process has this id. */
  static final long NONE = -1;

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final int HEXADECIMAL = 16;

  // Columns of these tables
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final String LISTENS = "0A";

  private PortOwner() {}

  /** Its process id; {@link #NONE} if nothing listens there, or if this user may not see it. */
  static long find(int port) throws IOException {
    Set<String> sockets = sockets(port);
    if (sockets.isEmpty()) {
      return NONE;
    }
    return ProcessHandle.allProcesses()
        .mapToLong(ProcessHandle::pid)
        .filter(pid -> hasOneOf(sockets, pid))
        .findFirst()
        .orElse(NONE);
  }

  private static Set<String> sockets(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (Path table : TABLES) {
      if (Files.exists(table)) {
        for (String line : Files.readAllLines(table)) {
          String[] columns = line.trim().split("\\s+", -1);
          if (columns[STATE].equals(LISTENS) && portOf(columns[LOCAL_ADDRESS]) == port) {
            boolean unused = sockets.add("socket:[" + columns[INODE] + "]");
          }
        }
      }
    }
    return sockets;
  }

  private static int portOf(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL);
  }

  private static boolean hasOneOf(Set<String> sockets, long pid) {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files.toList()) {
        if (sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // A process of another user, or a file or a process that is gone by now
      return false;
    }
  }
}
