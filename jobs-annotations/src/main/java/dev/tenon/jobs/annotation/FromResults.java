package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a static method of a payload record that makes the payload of a workflow's task from the
 * results of earlier tasks. The processor writes a constant that workflows use to name the method;
 * the compiler then checks that the earlier tasks have these results.
 *
 * <pre>{@code
 * @JobType(value = "part.convert", result = ConvertReport.class)
 * public record PartConvert(UUID partId, String format) {
 *
 *   @FromResults
 *   static List<PartConvert> ofClone(CloneReport clone) {
 *     return clone.partIds().stream().map(id -> new PartConvert(id, "task")).toList();
 *   }
 * }
 *
 * var clone = workflow.add(jobs.designClone(), new DesignClone(designId));
 * var parts = workflow.addEach(jobs.partConvert(), PartConvertJob.OF_CLONE, clone);
 * }</pre>
 *
 * <p>The method takes one to three results, in the order of the tasks. The results of many jobs of
 * one type come as a {@code List}, in the order that these jobs were submitted in. If the first
 * parameter is the payload record itself, it is a draft: a payload with everything that was known
 * when the workflow was submitted.
 *
 * <p>It returns the payload; or an {@code Optional} of it, where empty means that the task is not
 * needed; or, from one result, a {@code List} with one payload for each job of the task. It never
 * returns null. It declares no checked exception and has no type parameters, and no other method of
 * the record has its name. It may run more than once and in any process with a worker for the
 * module of the job type, or for an external type in any process that knows it, so it should do
 * nothing except make the payload. It has 30 seconds for this. The payload is validated like any
 * other.
 *
 * <p>A submitted workflow has stored the name of the method, so keep the method while such
 * workflows are in progress. If it is {@code @Deprecated}, so is its constant.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface FromResults {}
