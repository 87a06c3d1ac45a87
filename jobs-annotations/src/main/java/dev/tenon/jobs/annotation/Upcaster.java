package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a current payload, result, signal, emitted value, cursor or result of a step from one that
 * was stored as an earlier version.
 *
 * <p>It is placed on a static method of the record (or sealed interface) that is that value. The
 * method returns that record. Its only parameter is the stored value: a record with the components
 * of that version, or a {@code String} with the stored JSON.
 *
 * <pre>{@code
 * @JobType(value = "mail.send", version = 2)
 * public record MailSend(List<String> to, String text) {
 *
 *   record Version1(String to, String text) {}
 *
 *   @Upcaster(from = 1)
 *   static MailSend fromVersion1(Version1 old) {
 *     return new MailSend(List.of(old.to()), old.text());
 *   }
 * }
 * }</pre>
 *
 * <p>Upcasters do not form chains: each of them makes the current record. Constraints of the old
 * record are not checked; those of the new one are checked on the returned value. If only the
 * payload has an upcaster for a version, results of that version are read as they are, and vice
 * versa.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface Upcaster {

  /**
   * The version of the job type, or of the signal, that the method reads: from 1 to one less than
   * {@link JobType#version()} or {@link Signal#version()}.
   */
  int from();
}
