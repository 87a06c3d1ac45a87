/** The part of Tenon's auto-configuration that uses classes at their place in Spring Boot 3.5. */
@NullMarked
package dev.tenon.jobs.spring.boot3;

import org.jspecify.annotations.NullMarked;
