package dev.tenon.examples.plm.handlers;

/**
 * The mail server.
 *
 * @param host the host of the SMTP server
 * @param port its port
 * @param from the sender's address
 */
public record MailSettings(String host, int port, String from) {}
