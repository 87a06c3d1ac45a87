package dev.tenon.examples.plm;

/**
 * A mail that the SMTP server has taken.
 *
 * @param messageId its message id
 * @param recipients to how many people it went
 */
public record MailSent(String messageId, int recipients) {}
