/** What of Tenon's auto-configuration names classes that only Spring Boot 4 has there. */
@NullMarked
package dev.tenon.jobs.spring.boot4;

import org.jspecify.annotations.NullMarked;
