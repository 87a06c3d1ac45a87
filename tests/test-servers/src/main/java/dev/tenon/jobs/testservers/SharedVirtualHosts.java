package dev.tenon.jobs.testservers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The virtual hosts of one broker, created and deleted several at a time: a call of {@code
 * rabbitmqctl} starts a virtual machine, which takes almost a second of processor time, whether it
 * creates one or five. Each is given out once. Thread-safe.
 */
final class SharedVirtualHosts implements AutoCloseable {

  static final int AT_A_TIME = 5;

  private final RabbitControl control;
  private final String user;
  private final Deque<String> unused = new ArrayDeque<>();
  private final List<String> closed = new ArrayList<>();

  SharedVirtualHosts(RabbitControl control, String user) {
    this.control = control;
    this.user = user;
    Cleanup.add(this);
  }

  /** A name that nothing else gives to a virtual host. */
  static String newName() {
    return "tenon-" + UUID.randomUUID().toString().substring(24);
  }

  /** The name of an empty virtual host that the user may do everything in. */
  synchronized String take() {
    if (unused.isEmpty()) {
      for (int i = 0; i < AT_A_TIME; i++) {
        unused.add(newName());
      }
      eval(
          "ok = rabbit_vhost:add(Name, <<\"tests\">>), ok ="
              + " rabbit_auth_backend_internal:set_permissions(<<\"%s\">>, Name, <<\".*\">>,"
                  .formatted(user)
              + " <<\".*\">>, <<\".*\">>, <<\"tests\">>)",
          unused);
    }
    return unused.remove();
  }

  /** Deletes a virtual host later, together with others. */
  synchronized void giveBack(String name) {
    closed.add(name);
    if (closed.size() >= AT_A_TIME) {
      deleteClosed();
    }
  }

  private void deleteClosed() {
    List<String> names = List.copyOf(closed);
    closed.clear();
    eval(
        "case rabbit_vhost:exists(Name) of true -> ok = rabbit_vhost:delete(Name, <<\"tests\">>);"
            + " false -> ok end",
        names);
  }

  private void eval(String task, Collection<String> names) {
    String list =
        names.stream().map("<<\"%s\">>"::formatted).collect(Collectors.joining(", ", "[", "]"));
    control.run("eval", "lists:foreach(fun(Name) -> " + task + " end, " + list + ").");
  }

  /** Deletes all that are left. */
  @Override
  public synchronized void close() {
    closed.addAll(unused);
    unused.clear();
    if (!closed.isEmpty()) {
      deleteClosed();
    }
    Cleanup.remove(this);
  }
}
