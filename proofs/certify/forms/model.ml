(* Runs the WhyML model, extracted to OCaml as module Machine, over every state and event: the
   parts `relation`, `answers` and `start` of the stream of gen/out/digest.txt. The model has no
   bytes out of range, and no function of its own for a call. Extraction puts a 1 after a field
   that is called as its type is. *)
open Machine

let events =
  [| Event_shutdown; Event_read; Event_write; Event_set_shutdown_0; Event_set_shutdown_1;
     Event_set_shutdown_2; Event_set_shutdown_3; Event_quiet_off; Event_quiet_on;
     Event_handshake; Event_adopt; Event_clear; Event_want_read; Event_want_write;
     Event_suspended; Event_again; Event_done; Event_data; Event_close_notify; Event_fatal_alert;
     Event_other; Event_eof; Event_io_error; Event_tls_error |]

let handshakes = [| Handshake_none; Handshake_running; Handshake_done |]
let sents = [| Sent_no; Sent_yes |]
let receiveds = [| Received_no; Received_yes |]
let quiets = [| Quiet_off; Quiet_on |]
let fatals = [| Fatal_none; Fatal_syscall; Fatal_ssl |]
let notices_out = [| Notice_out_none; Notice_out_queued; Notice_out_delivered |]
let notices_in = [| Notice_in_none; Notice_in_seen |]
let outputs = [| Output_idle; Output_pending |]
let sessions = [| Session_keep; Session_drop |]
let busies =
  [| Busy_idle; Busy_flush; Busy_notice; Busy_wait; Busy_read; Busy_write; Busy_handshake |]

let actions =
  [| Action_return; Action_flush; Action_send_close_notify; Action_receive; Action_write;
     Action_handshake |]

let errors =
  [| Error_none; Error_want_read; Error_want_write; Error_zero_return; Error_syscall; Error_ssl;
     Error_suspended; Error_again |]

let reasons =
  [| Reason_none; Reason_corrupt; Reason_fatal; Reason_busy; Reason_handshake; Reason_unexpected;
     Reason_unknown; Reason_closed; Reason_unread_data; Reason_fatal_alert; Reason_truncated;
     Reason_transport; Reason_tls; Reason_handshake_failed |]

let number values value =
  let rec find i = if values.(i) = value then i else find (i + 1) in
  find 0

let put byte = output_byte stdout byte
let put_name values value = put (number values value)

let put_state m =
  put_name handshakes m.handshake1;
  put_name sents m.sent1;
  put_name receiveds m.received1;
  put_name quiets m.quiet1;
  put_name fatals m.fatal1;
  put_name notices_out m.notice_out1;
  put_name notices_in m.notice_in1;
  put_name outputs m.output1;
  put_name sessions m.session1;
  put_name busies m.busy1

let put_transition m event =
  let r = ew_step m event in
  put_state r.next;
  put_name actions r.action1;
  put (Z.to_int r.value land 255);
  put_name errors r.error1;
  put_name reasons r.reason1

let put_answers m =
  List.iter (fun query -> put (Z.to_int (query m)))
    [ ew_get_shutdown; ew_end_of_data; ew_session_kept; ew_close_notify_out; ew_alive ]

let each values f = Array.iter f values

let each_state f =
  each handshakes @@ fun handshake -> each sents @@ fun sent ->
  each receiveds @@ fun received -> each quiets @@ fun quiet ->
  each fatals @@ fun fatal -> each notices_out @@ fun notice_out ->
  each notices_in @@ fun notice_in -> each outputs @@ fun output ->
  each sessions @@ fun session -> each busies @@ fun busy ->
  f { handshake1 = handshake; sent1 = sent; received1 = received; quiet1 = quiet; fatal1 = fatal;
      notice_out1 = notice_out; notice_in1 = notice_in; output1 = output; session1 = session;
      busy1 = busy }

let () =
  set_binary_mode_out stdout true;
  each_state (fun m -> each events (put_transition m));
  each_state put_answers;
  put_state ew_start
