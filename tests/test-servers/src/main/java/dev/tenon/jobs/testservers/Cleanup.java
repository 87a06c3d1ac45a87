package dev.tenon.jobs.testservers;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes everything that this JVM's tests have left open when the JVM ends, so that an interrupted
 * run leaves no databases or virtual hosts on a shared server. The last one opened is closed first.
 */
final class Cleanup {

  private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

  private static final Set<AutoCloseable> OPEN = new LinkedHashSet<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Cleanup::closeAll, "test server cleanup"));
  }

  private Cleanup() {}

  static synchronized void add(AutoCloseable opened) {
    OPEN.add(opened);
  }

  static synchronized void remove(AutoCloseable closed) {
    OPEN.remove(closed);
  }

  private static void closeAll() {
    List<AutoCloseable> left;
    synchronized (Cleanup.class) {
      left = new ArrayList<>(OPEN);
    }
    for (int i = left.size() - 1; i >= 0; i--) {
      try {
        left.get(i).close();
      } catch (Exception e) {
        LOG.warn("Left behind: {}", left.get(i), e);
      }
    }
  }
}
