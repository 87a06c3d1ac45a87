package dev.tenon.examples.plm.handlers;

import static java.time.ZoneOffset.UTC;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Properties;

/** Sends mails over SMTP. Thread-safe. */
@Singleton
public final class Mailer {

  private static final String TIMEOUT_MILLIS = "10000";

  private final Session session;
  private final String from;

  /** A mailer for one server; nothing is sent yet. */
  @Inject
  public Mailer(MailSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.host", settings.host());
    properties.setProperty("mail.smtp.port", Integer.toString(settings.port()));
    properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
    properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
    properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
    this.session = Session.getInstance(properties);
    this.from = settings.from();
  }

  /**
   * Sends a mail.
   *
   * @param messageId identifies the mail: mail programs show two with the same id once
   * @throws RefusedException if the server refuses the recipients
   * @throws MessagingException if it cannot be reached or has other worries; trying again may help
   */
  public void send(String messageId, List<String> recipients, String subject, String text)
      throws MessagingException, RefusedException {
    MimeMessage mail = new IdentifiedMessage(session, messageId);
    mail.setFrom(new InternetAddress(from));
    for (String recipient : recipients) {
      mail.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient));
    }
    mail.setSubject(subject, StandardCharsets.UTF_8.name());
    mail.setText(text, StandardCharsets.UTF_8.name());
    mail.setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(UTC)));
    try {
      Transport.send(mail);
    } catch (SendFailedException e) {
      if (e.getInvalidAddresses() != null && e.getInvalidAddresses().length > 0) {
        throw new RefusedException(e);
      }
      throw e;
    }
  }

  /** The server does not take mails for one of the recipients. */
  public static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedException(SendFailedException cause) {
      super("The mail server refuses recipients of the mail.", cause);
    }
  }

  /** A message whose id is not made up when it is sent. */
  private static final class IdentifiedMessage extends MimeMessage {

    private final String messageId;

    IdentifiedMessage(Session session, String messageId) {
      super(session);
      this.messageId = messageId;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", messageId);
    }
  }
}
