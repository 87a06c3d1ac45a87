package dev.tenon.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What has been used so far: processor time, in milliseconds, and memory.
 *
 * @param jvm by this JVM, with its compiler and garbage collector
 * @param postgres by the PostgreSQL server and all its backends, those that have ended included
 * @param rabbitMq by the RabbitMQ broker
 * @param node by the processes of Node.js that run the system
 * @param allocated the bytes that all threads of this JVM have allocated; NaN if it does not count
 *     them
 */
record Usage(double jvm, double postgres, double rabbitMq, double node, double allocated) {

  private static final Path PROC = Path.of("/proc");

  /** Linux counts in hundredths of a second, whatever the kernel's own clock. */
  private static final double MILLIS_PER_TICK = 10;

  // Positions after the name of the program in /proc/PID/stat
  private static final int PARENT = 1;
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int USER_OF_CHILDREN = 13;
  private static final int SYSTEM_OF_CHILDREN = 14;

  /**
   * Reads what has been used.
   *
   * @param backend the process id of a backend of the PostgreSQL server
   * @param broker the process id of RabbitMQ, or {@link PortOwner#NONE}
   * @param nodes the process ids of Node.js
   */
  static Usage now(long backend, long broker, Collection<Long> nodes) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double jvm = system.getProcessCpuTime() / 1e6;
    long postmaster = -1;
    List<Stat> all = Stat.readAll();
    for (Stat stat : all) {
      if (stat.pid == backend) {
        postmaster = stat.field(PARENT);
      }
    }
    double postgres = 0;
    double rabbitMq = 0;
    double node = 0;
    for (Stat stat : all) {
      if (stat.pid == postmaster) {
        postgres +=
            stat.ticks(USER, SYSTEM, USER_OF_CHILDREN, SYSTEM_OF_CHILDREN) * MILLIS_PER_TICK;
      } else if (stat.field(PARENT) == postmaster) {
        postgres += stat.ticks(USER, SYSTEM) * MILLIS_PER_TICK;
      } else if (stat.pid == broker) {
        rabbitMq += stat.ticks(USER, SYSTEM) * MILLIS_PER_TICK;
      } else if (nodes.contains(stat.pid)) {
        node += stat.ticks(USER, SYSTEM) * MILLIS_PER_TICK;
      }
    }
    return new Usage(jvm, postgres, rabbitMq, node, allocatedBytes());
  }

  /** By all threads, those that have ended included. Most JVMs before 21 do not tell. */
  private static double allocatedBytes() {
    try {
      return ((Number)
              ManagementFactory.getPlatformMBeanServer()
                  .getAttribute(
                      new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                      "TotalThreadAllocatedBytes"))
          .doubleValue();
    } catch (AttributeNotFoundException e) {
      return Double.NaN;
    } catch (JMException e) {
      throw new IllegalStateException("The JVM does not tell what it has allocated.", e);
    }
  }

  /** What was used since then. */
  Usage since(Usage start) {
    return new Usage(
        jvm - start.jvm,
        postgres - start.postgres,
        rabbitMq - start.rabbitMq,
        node - start.node,
        allocated - start.allocated);
  }

  /** One line of /proc/PID/stat. */
  private record Stat(long pid, List<String> fields) {

    static List<Stat> readAll() throws IOException {
      if (!Files.isDirectory(PROC)) {
        return List.of();
      }
      List<Stat> stats = new ArrayList<>();
      try (Stream<Path> folders = Files.list(PROC)) {
        for (Path folder : folders.filter(Stat::isProcess).toList()) {
          try {
            stats.add(parse(Files.readString(folder.resolve("stat"))));
          } catch (IOException e) {
            // If it has ended since it was listed, its parent has its times now
            if (Files.exists(folder)) {
              throw e;
            }
          }
        }
      }
      return stats;
    }

    private static boolean isProcess(Path folder) {
      return folder.getFileName().toString().chars().allMatch(Character::isDigit);
    }

    private static Stat parse(String line) {
      // "4711 (the name, which may hold blanks and brackets) S 1 ..."
      int nameEnd = line.lastIndexOf(')');
      return new Stat(
          Long.parseLong(line.substring(0, line.indexOf(' '))),
          List.of(line.substring(nameEnd + 1).trim().split(" ")));
    }

    long field(int position) {
      return Long.parseLong(fields.get(position));
    }

    long ticks(int... positions) {
      long sum = 0;
      for (int position : positions) {
        sum += field(position);
      }
      return sum;
    }
  }
}
