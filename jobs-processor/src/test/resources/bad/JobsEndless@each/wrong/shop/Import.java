package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType("shop.import")
record Import(A a, Shape fine, Loop loop, List<A> list, Tree tree) {
  record A(B b) {}

  record B(A a, C c) {}

  record C(int n) {}

  sealed interface Shape {}

  record Leaf() implements Shape {}

  record Both(Shape left, Shape right) implements Shape {}

  sealed interface Loop {}

  record Link(Loop next) implements Loop {}

  sealed interface Tree {}

  record Twig(String name) implements Tree {}

  record Fork(Tree left, Tree right) implements Tree {}
}
