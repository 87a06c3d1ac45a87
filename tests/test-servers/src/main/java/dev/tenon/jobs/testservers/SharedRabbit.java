package dev.tenon.jobs.testservers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The RabbitMQ broker that the tests of this JVM share. It is searched for only once.
 *
 * @param uri its AMQP URI, without a virtual host
 * @param control the command that administers it
 * @param hosts its virtual hosts for this JVM
 */
record SharedRabbit(String uri, RabbitControl control, SharedVirtualHosts hosts) {

  private static final Logger LOG = LoggerFactory.getLogger(SharedRabbit.class);

  private static final String DEFAULT_URI = "amqp://guest:guest@127.0.0.1:5672";

  private static @Nullable SharedRabbit found;

  private SharedRabbit(String uri, RabbitControl control) {
    this(uri, control, new SharedVirtualHosts(control, RabbitVirtualHost.user(uri)));
  }

  static synchronized SharedRabbit get() {
    if (found == null) {
      found = find();
      LOG.info("Tests share a RabbitMQ broker, administered by {}", found.control.command());
    }
    return found;
  }

  private static SharedRabbit find() {
    Optional<String> configured = Settings.get(Settings.AMQP_URI);
    String refusal;
    Optional<RabbitControl> control = systemControl();
    if (control.isPresent()) {
      SharedRabbit known =
          new SharedRabbit(withoutHost(configured.orElse(DEFAULT_URI)), control.get());
      refusal = known.refusal();
      if (refusal.isEmpty()) {
        return known;
      }
    } else {
      refusal = "rabbitmqctl was found neither on the PATH nor in /usr/sbin";
    }
    if (configured.isPresent()) {
      throw new TestServerException(
          "The RabbitMQ broker that %s names cannot be used. The tests create virtual hosts; %s is"
                  .formatted(Settings.AMQP_URI, Settings.RABBITMQCTL)
              + " the command that may do so (default: rabbitmqctl). "
              + refusal);
    }
    if (!RabbitServer.isInstalled()) {
      throw new TestServerException(
          "No RabbitMQ broker for the tests. Set %s to one, and %s to the command that may create"
                  .formatted(Settings.AMQP_URI, Settings.RABBITMQCTL)
              + " virtual hosts on it; or start one on 127.0.0.1:5672 that rabbitmqctl may "
              + "administer; or"
              + " install one, which the tests then start for themselves (Debian: apt-get install"
              + " rabbitmq-server). "
              + refusal);
    }
    LOG.info(
        "There is no broker to share, so the tests start one. {}",
        refusal.lines().findFirst().orElse(""));
    RabbitServer own = RabbitServer.launch();
    return new SharedRabbit(own.uri(), own.control());
  }

  private static Optional<RabbitControl> systemControl() {
    return Settings.get(Settings.RABBITMQCTL)
        .map(command -> List.of(command.trim().split("\\s+")))
        .or(() -> Programs.rabbitmqctl().map(Path::toString).map(List::of))
        .map(command -> new RabbitControl(command, Map.of()));
  }

  /** Returns why no virtual host can be created on it, or empty if one can. */
  private String refusal() {
    try (RabbitVirtualHost tried = RabbitVirtualHost.of(this)) {
      tried.connect();
      return "";
    } catch (TestServerException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String withoutHost(String uri) {
    return uri.replaceFirst("^(amqps?://[^/]+)/.*$", "$1");
  }
}
