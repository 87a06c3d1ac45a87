package dev.tenon.jobs.faults;

import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node is told by its parent, as system properties.
 *
 * @param url the database
 * @param user its user
 * @param amqpUris RabbitMQ, one or more nodes of a cluster separated by commas; empty for none
 * @param namePrefix of exchanges and queues
 * @param queueKind the kind of queues
 * @param folder where ledgers are
 * @param heartbeatMillis of workers
 * @param maxCrashes until a job is given up
 * @param maintenance whether it takes part in maintenance
 * @param concurrency of the worker; 0 for no worker
 * @param graceMillis of the worker
 * @param types what the worker handles, with versions, separated by commas
 * @param submits how many jobs it submits
 * @param submitsPerSecond how fast; 0 for as fast as it can
 * @param submitting how
 * @param action of the payloads
 * @param millis of the payloads
 * @param largeEvery which jobs have a large payload: each so many; 0 for none
 */
record NodeSettings(
    String url,
    String user,
    String amqpUris,
    String namePrefix,
    QueueKind queueKind,
    String folder,
    int heartbeatMillis,
    int maxCrashes,
    boolean maintenance,
    int concurrency,
    int graceMillis,
    String types,
    int submits,
    int submitsPerSecond,
    Submitting submitting,
    String action,
    int millis,
    int largeEvery) {

  private static final String PREFIX = "faults.node.";

  /** The settings of this process. */
  static NodeSettings read() {
    RecordComponent[] components = NodeSettings.class.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String text = System.getProperty(PREFIX + components[i].getName());
      if (types[i] == int.class) {
        values[i] = Integer.parseInt(text);
      } else if (types[i] == boolean.class) {
        values[i] = Boolean.parseBoolean(text);
      } else if (types[i] == Submitting.class) {
        values[i] = Submitting.valueOf(text);
      } else if (types[i] == QueueKind.class) {
        values[i] = QueueKind.valueOf(text);
      } else {
        values[i] = text;
      }
    }
    try {
      return NodeSettings.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The settings as properties. */
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (RecordComponent component : NodeSettings.class.getRecordComponents()) {
      try {
        properties.put(
            PREFIX + component.getName(), String.valueOf(component.getAccessor().invoke(this)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return properties;
  }
}
