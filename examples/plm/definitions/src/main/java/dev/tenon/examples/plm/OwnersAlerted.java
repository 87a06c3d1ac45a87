package dev.tenon.examples.plm;

/**
 * The result of an alert.
 *
 * @param owners how many people got a mail
 * @param instructions how many work instructions use the part
 */
public record OwnersAlerted(int owners, int instructions) {}
