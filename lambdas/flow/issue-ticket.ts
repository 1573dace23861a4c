import { newTicket, type Ticket } from '../core/ticket.ts';
import type { TicketStore } from '../store/tickets.ts';
import type { UploadForm, UploadForms } from '../store/upload-forms.ts';

interface IssueStores {
  tickets: TicketStore;
  forms: UploadForms;
}

/**
 * Issues a ticket and the form that sends its file. The row comes before the form, so that no file comes without a row.
 */
export async function issueTicket(
  file: Omit<Ticket, 'state' | 'issuedAt' | 'expiresAt'>,
  retentionDays: number,
  { tickets, forms }: IssueStores,
): Promise<{ ticket: Ticket; form: UploadForm }> {
  const ticket = newTicket(file, Date.now());
  await tickets.add(ticket, retentionDays);
  return { ticket, form: await forms.sign(ticket) };
}
