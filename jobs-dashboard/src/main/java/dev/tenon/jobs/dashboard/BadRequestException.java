package dev.tenon.jobs.dashboard;

/** The request asks for something that makes no sense. */
final class BadRequestException extends RefusedException {

  private static final long serialVersionUID = 1L;

  BadRequestException(String message) {
    super(400, message);
  }
}
