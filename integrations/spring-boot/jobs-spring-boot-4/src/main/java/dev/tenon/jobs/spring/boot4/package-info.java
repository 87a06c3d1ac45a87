/** The part of Tenon's auto-configuration that uses classes at their place in Spring Boot 4. */
@NullMarked
package dev.tenon.jobs.spring.boot4;

import org.jspecify.annotations.NullMarked;
