/** Of mail that was delivered: what Gmail and Yahoo ask of everybody who sends much (knowledge/compliance.toml). */
const mostComplaints = 0.003

export const complaintLimit = 'Gmail and Yahoo ask for less than 0.3 %'

export const isTooMany = (complained: number, delivered: number): boolean => complained > delivered * mostComplaints
