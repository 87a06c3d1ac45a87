package dev.tenon.examples.dagger;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands for a server that sends mails. */
@Singleton
final class MailServer {

  private static final Logger log = LoggerFactory.getLogger(MailServer.class);

  private final List<String> sent = new CopyOnWriteArrayList<>();

  @Inject
  MailServer() {}

  void send(String to, String text) {
    sent.add(to + ": " + text);
    log.info("Sent to {}: {}", to, text);
  }

  List<String> sent() {
    return List.copyOf(sent);
  }
}
