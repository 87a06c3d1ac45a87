/**
 * Real servers and processes for tests: what they start, use alone, cut off, freeze and kill.
 *
 * <p>Two kinds. A test that only needs a database or a virtual host of its own takes {@link
 * dev.tenon.jobs.testservers.PostgresDatabase#shared} and {@link
 * dev.tenon.jobs.testservers.RabbitVirtualHost#shared}, which live on a server that many tests
 * share. A test that hurts its server takes a private one: {@link
 * dev.tenon.jobs.testservers.PostgresServer}, {@link dev.tenon.jobs.testservers.RabbitServer}.
 * {@link dev.tenon.jobs.testservers.TcpProxy} breaks the network between them, {@link
 * dev.tenon.jobs.testservers.JavaProcess} is a JVM to kill.
 *
 * <p>What a test starts ends with the test's JVM at the latest, even when that JVM is killed. Needs
 * a Unix. Nothing is skipped when a server is missing: the call fails and says what to install.
 */
@NullMarked
package dev.tenon.jobs.testservers;

import org.jspecify.annotations.NullMarked;
