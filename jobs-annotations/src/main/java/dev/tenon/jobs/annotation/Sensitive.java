package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a component of a record: people who operate jobs do not get to see its value. The dashboard
 * and the command line show {@code ••••} in its place, and so do error messages, stack traces and
 * log lines in which a handler quotes it.
 *
 * <pre>{@code
 * @JobType("transfer.send")
 * public record TransferSend(UUID accountId, @Sensitive String iban, @Sensitive Address payee) {}
 * }</pre>
 *
 * <p>It works in payloads, in results, and in all records that these contain. Of a component that
 * is a record, a collection or a map, everything is hidden. Null is shown as null.
 *
 * <p>Without encryption keys the value is stored as it is: who may read the table {@code jobs} may
 * read it. A runtime with {@code EncryptionKeys} encrypts it there. Handlers and applications get
 * it as they get any other. What a handler writes elsewhere, such as into the log of the
 * application, is not changed: the {@code toString()} of a record, for example, shows all of its
 * components.
 *
 * <p>{@link Limit#by()} cannot name such a component. {@link Unique} can: then the key of a job is
 * a hash.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
@Retention(RetentionPolicy.CLASS)
public @interface Sensitive {}
