/**
 * Tenon in applications of Spring Boot: {@link dev.tenon.jobs.spring.TenonAutoConfiguration} makes
 * the beans, and {@link dev.tenon.jobs.spring.TenonProperties} are the settings.
 */
@NullMarked
package dev.tenon.jobs.spring;

import org.jspecify.annotations.NullMarked;
