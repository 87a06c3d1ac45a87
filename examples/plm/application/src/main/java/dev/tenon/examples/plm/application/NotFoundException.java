package dev.tenon.examples.plm.application;

/** Something that was asked for does not exist. The message says what. */
public final class NotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotFoundException(String message) {
    super(message);
  }
}
