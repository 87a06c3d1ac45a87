// Tests of the search itself, with models that are small enough to count by hand.
import assert from 'node:assert/strict'
import test from 'node:test'
import { counterexample } from '../lib/history.mjs'
import { Model } from '../lib/model.mjs'
import { search } from '../lib/search.mjs'
import { promises } from '../lib/sources.mjs'

/** A counter that `work` raises up to a bound, and `fault` may send to a state of no return */
const counter = `module counter {
  var n: int
  var isLost: bool
  action init = all { n' = 0, isLost' = false }
  action raise(by: int): bool = all { not(isLost), n + by <= 4, n' = n + by, isLost' = isLost }
  action lose = all { n == 3, not(isLost), n' = n, isLost' = true }
  action work = { nondet by = Set(1, 2).oneOf() raise(by) }
  action fault = lose
  val isSmall = n < 3
  val isFound = not(isLost)
  val canEnd = n == 4
}`

const all = (text, options) =>
  search(new Model('counter', text), { invariants: [], goal: undefined, maxStates: 100, ...options })

test('visits every state once', () => {
  const { states, actions, violation } = all(counter)
  assert.equal(states, 6)
  assert.deepEqual([...actions].sort(), ['lose', 'raise'])
  assert.equal(violation, undefined)
})

test('finds a shortest history', () => {
  const { violation } = all(counter, { invariants: ['isFound', 'isSmall'] })
  assert.equal(violation.of, 'isSmall')
  assert.deepEqual(violation.history.map(step => step.action), ['', 'raise', 'raise'])
})

test('writes a history with what each step changes', () => {
  const { violation } = all(counter, { invariants: ['isSmall'] })
  assert.equal(
    counterexample('Too much.', { promise: 'It stays small.', name: 'isSmall' }, violation.history),
    `Too much.

Violated: It stays small.

 0. at the beginning
      isLost: false
      n: 0
 1. raise (by = 1)
      n: 1
 2. raise (by = 2)
      n: 3

Now "isSmall" does not hold.
`)
})

test('finds a state from which work does not lead to the goal', () => {
  const { violation } = all(counter, { goal: 'canEnd' })
  assert.equal(violation.of, 'canEnd')
  assert.deepEqual(violation.history.map(step => step.action), ['', 'raise', 'raise', 'lose'])
})

test('a fault does not count as a way to the goal', () => {
  const lucky = counter.replace("n' = n, isLost' = true", "n' = 4, isLost' = true").replace('n + by <= 4', 'n + by <= 3')
  assert.equal(all(lucky, { goal: 'canEnd' }).violation.of, 'canEnd')
})

test('everything can end without the fault', () => {
  assert.equal(all(counter.replace('n == 3, ', 'n == 7, '), { goal: 'canEnd' }).violation, undefined)
})

test('an action that is not possible changes nothing', () => {
  // The assignment comes before the condition that is false
  const late = counter.replace("not(isLost), n + by <= 4, n' = n + by,", "n' = n + by, not(isLost), n + by <= 4,")
  assert.equal(all(late).states, 6)
})

test('refuses to give up in silence', () => {
  assert.throws(() => all(counter, { maxStates: 5 }), /more than 5 states/)
})

test('equal sets are one state, whatever their order', () => {
  const sets = `module sets {
    var s: Set[int]
    action init = s' = Set()
    action add(n: int): bool = s' = s.union(Set(n))
    action work = { nondet n = Set(1, 2, 3).oneOf() add(n) }
    action fault = all { false, s' = s }
    action step = any { work, fault }
  }`
  assert.equal(search(new Model('sets', sets), { invariants: [], maxStates: 100 }).states, 8)
})

test('says where a model is wrong', () => {
  assert.throws(() => new Model('counter', counter.replace('n < 3', 'm < 3')), /counter.qnt:9: Name 'm' not found/)
  assert.throws(() => new Model('counter', counter.replace('action fault', 'action other')), /no action 'fault'/)
})

test('knows the actions that work and fault name', () => {
  assert.deepEqual(new Model('counter', counter).actions().sort(), ['lose', 'raise'])
})

test('reads the promises of a model', () => {
  assert.deepEqual(
    promises('  /// promise 2, 13: It holds\n  /// always.\n  val holds = true\n  /// Other\n  val other = true\n'),
    [{ name: 'holds', promise: 'It holds always.', numbers: [2, 13] }])
})
