package dev.tenon.examples.quickstart.guide;

import java.io.IOException;
import java.util.UUID;

/** What the example needs of a mail server. */
@FunctionalInterface
public interface MailServer {

  /** What the server said. */
  enum Reply {
    SENT,
    NO_SUCH_MAILBOX,
    BUSY,
    CLOSED_FOR_THE_NIGHT
  }

  /** Sends an invoice; with an id that it has seen before it does nothing. */
  Reply send(UUID id, InvoiceSend invoice) throws IOException;
}
