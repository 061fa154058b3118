/** Why an address gets no mail. A closed list; the strongest stands first: it is the one that `check` names. */
export const suppressionReasons = ['complaint', 'unsubscribe', 'manual', 'hard-bounce', 'repeated-soft-bounces', 'invalid-address'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

/**
 * Reasons that a later delivery disproves: the mailbox takes mail after all. What a person asked for (`complaint`, `unsubscribe`,
 * `manual`) is never undone by a delivery.
 */
export const disprovedByDelivery: readonly SuppressionReason[] = ['hard-bounce', 'repeated-soft-bounces', 'invalid-address']

export const isSuppressionReason = (word: string): word is SuppressionReason => suppressionReasons.some((reason) => reason === word)
