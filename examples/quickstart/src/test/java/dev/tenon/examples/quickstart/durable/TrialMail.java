package dev.tenon.examples.quickstart.durable;

/** Sends mails about trials. */
interface TrialMail {

  /** Sends a mail with a link; a second mail with the same id is dropped. */
  void send(String id, String to, String link);
}
