/**
 * The time until which something must have happened, inside a time until which everything must. One timer for all of it:
 * it is set anew only for an earlier time, and looks when it rings whether it was put off, so that a command costs no timer.
 * Milliseconds, on the monotonic clock.
 */
export class Deadline {
  readonly #last: number
  readonly #passed: (all: boolean) => void
  #at: number
  #timer: NodeJS.Timeout | undefined
  #ringsAt = Number.POSITIVE_INFINITY

  /** `passed` is called once at most; `all` tells that it was the time for everything. */
  constructor(total: number, passed: (all: boolean) => void) {
    this.#last = performance.now() + total
    this.#at = this.#last
    this.#passed = passed
  }

  /** Not longer than this from now; without a figure, as long as there is time for everything. */
  set(milliseconds: number = Number.POSITIVE_INFINITY): void {
    this.#at = Math.min(performance.now() + milliseconds, this.#last)
    if (this.#at >= this.#ringsAt) return
    clearTimeout(this.#timer)
    this.#start()
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #start(): void {
    this.#ringsAt = this.#at
    this.#timer = setTimeout(this.#ring, Math.max(1, Math.ceil(this.#at - performance.now())))
  }

  readonly #ring = (): void => {
    if (performance.now() < this.#at) this.#start()
    else this.#passed(this.#at >= this.#last)
  }
}
