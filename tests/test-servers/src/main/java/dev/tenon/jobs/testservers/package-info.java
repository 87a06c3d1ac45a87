/**
 * Real servers and processes for tests to start, share, cut off, freeze and kill.
 *
 * <p>There are two kinds. A test that only needs its own database or virtual host takes {@link
 * dev.tenon.jobs.testservers.PostgresDatabase#shared} and {@link
 * dev.tenon.jobs.testservers.RabbitVirtualHost#shared}, which live on a server that many tests
 * share. A test that harms its server takes a private one: {@link
 * dev.tenon.jobs.testservers.PostgresServer}, {@link dev.tenon.jobs.testservers.RabbitServer}.
 * {@link dev.tenon.jobs.testservers.TcpProxy} breaks the network between them, {@link
 * dev.tenon.jobs.testservers.JavaProcess} is a JVM to kill.
 *
 * <p>Everything that a test starts ends with the test's JVM at the latest, even if that JVM is
 * killed. This needs a Unix. Nothing is skipped if a server is missing: the call fails and says
 * what to install.
 */
@NullMarked
package dev.tenon.jobs.testservers;

import org.jspecify.annotations.NullMarked;
