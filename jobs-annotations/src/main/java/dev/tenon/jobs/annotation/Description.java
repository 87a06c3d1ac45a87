package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a payload, a result, a record in one of them or a component is for, to those who read
 * the JSON Schema of a job type. Without it, the schema has the Javadoc comment of the record and
 * its {@code @param} tags, if the record is compiled from its source at the same time.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-validation#section-9.1">title and
 *     description in JSON Schema</a>
 */
@Documented
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.METHOD})
@Retention(RetentionPolicy.CLASS)
public @interface Description {

  /** The text, without markup. */
  String value();
}
