/** What of Tenon's auto-configuration names classes that only Spring Boot 3.5 has there. */
@NullMarked
package dev.tenon.jobs.spring.boot3;

import org.jspecify.annotations.NullMarked;
