"""All operations of the contract, written apart from the kit: no import here leads to rnnspec.

tests/planted/ plants its faults into these texts and finds the places by their wording.
"""

from writings import apart_cells as cells
from writings import apart_containers as containers
from writings import apart_gates as gates
from writings import apart_lstms as lstms
from writings import apart_recurrences as recurrences
from writings import apart_sequences as sequences
from writings.apart_networks import Network

sigmoid, softmax = cells.sigmoid, sequences.softmax

(rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward) = sequences.Family(cells.Rnn).operations()
(rnn_relu_cell_forward, rnn_relu_cell_backward, rnn_relu_forward, rnn_relu_backward) = sequences.Family(
    cells.RnnRelu
).operations()
(gru_cell_forward, gru_cell_backward, gru_forward, gru_backward) = sequences.Family(cells.Gru).operations()
(gru_reset_after_cell_forward, gru_reset_after_cell_backward, gru_reset_after_forward, gru_reset_after_backward) = (
    sequences.Family(cells.GruResetAfter).operations()
)
(lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward) = sequences.Family(lstms.Lstm).operations()
(lstm_peephole_cell_forward, lstm_peephole_cell_backward, lstm_peephole_forward, lstm_peephole_backward) = (
    sequences.Family(lstms.LstmPeephole).operations()
)
(lstm_coupled_cell_forward, lstm_coupled_cell_backward, lstm_coupled_forward, lstm_coupled_backward) = sequences.Family(
    lstms.LstmCoupled
).operations()
(lstm_projected_cell_forward, lstm_projected_cell_backward, lstm_projected_forward, lstm_projected_backward) = (
    sequences.Family(lstms.LstmProjected).operations()
)
(lstm_clipped_cell_forward, lstm_clipped_cell_backward, lstm_clipped_forward, lstm_clipped_backward) = sequences.Family(
    lstms.LstmClipped
).operations()

rnn_network_forward, rnn_network_backward = Network(cells.Rnn).operations()
lstm_network_forward, lstm_network_backward = Network(lstms.Lstm).operations()
lstm_peephole_network_forward, lstm_peephole_network_backward = Network(lstms.LstmPeephole).operations()
gru_network_forward, gru_network_backward = Network(cells.Gru).operations()
gru_reset_after_network_forward, gru_reset_after_network_backward = Network(cells.GruResetAfter).operations()

pad_sequence = containers.pad_sequence
pack_sequence = containers.pack_sequence
pack_padded_sequence = containers.pack_padded_sequence
pad_packed_sequence = containers.pad_packed_sequence

gated_linear_step_forward = recurrences.gated_linear_step_forward
gated_linear_step_backward = recurrences.gated_linear_step_backward
gated_linear_forward = recurrences.gated_linear_forward
gated_linear_backward = recurrences.gated_linear_backward
gated_delta_step_forward = recurrences.gated_delta_step_forward
gated_delta_step_backward = recurrences.gated_delta_step_backward
gated_delta_forward = recurrences.gated_delta_forward
gated_delta_backward = recurrences.gated_delta_backward
dplr_step_forward = recurrences.dplr_step_forward
dplr_step_backward = recurrences.dplr_step_backward
dplr_forward = recurrences.dplr_forward
dplr_backward = recurrences.dplr_backward
mlstm_step_forward = recurrences.mlstm_step_forward
mlstm_step_backward = recurrences.mlstm_step_backward
mlstm_forward = recurrences.mlstm_forward
mlstm_backward = recurrences.mlstm_backward
slstm_step_forward = recurrences.slstm_step_forward
slstm_step_backward = recurrences.slstm_step_backward
slstm_forward = recurrences.slstm_forward
slstm_backward = recurrences.slstm_backward
selective_scan_step_forward = recurrences.selective_scan_step_forward
selective_scan_step_backward = recurrences.selective_scan_step_backward
selective_scan_forward = recurrences.selective_scan_forward
selective_scan_backward = recurrences.selective_scan_backward
selective_scan_layer_step_forward = recurrences.selective_scan_layer_step_forward
selective_scan_layer_step_backward = recurrences.selective_scan_layer_step_backward
selective_scan_layer_forward = recurrences.selective_scan_layer_forward
selective_scan_layer_backward = recurrences.selective_scan_layer_backward
causal_conv_step_forward = recurrences.causal_conv_step_forward
causal_conv_step_backward = recurrences.causal_conv_step_backward
causal_conv_forward = recurrences.causal_conv_forward
causal_conv_backward = recurrences.causal_conv_backward
causal_conv_silu_step_forward = recurrences.causal_conv_silu_step_forward
causal_conv_silu_step_backward = recurrences.causal_conv_silu_step_backward
causal_conv_silu_forward = recurrences.causal_conv_silu_forward
causal_conv_silu_backward = recurrences.causal_conv_silu_backward
diagonal_step_forward = recurrences.diagonal_step_forward
diagonal_step_backward = recurrences.diagonal_step_backward
diagonal_forward = recurrences.diagonal_forward
diagonal_backward = recurrences.diagonal_backward
min_gru_step_forward = recurrences.min_gru_step_forward
min_gru_step_backward = recurrences.min_gru_step_backward
min_gru_forward = recurrences.min_gru_forward
min_gru_backward = recurrences.min_gru_backward
min_lstm_step_forward = recurrences.min_lstm_step_forward
min_lstm_step_backward = recurrences.min_lstm_step_backward
min_lstm_forward = recurrences.min_lstm_forward
min_lstm_backward = recurrences.min_lstm_backward
rg_lru_step_forward = recurrences.rg_lru_step_forward
rg_lru_step_backward = recurrences.rg_lru_step_backward
rg_lru_forward = recurrences.rg_lru_forward
rg_lru_backward = recurrences.rg_lru_backward
wkv4_step_forward = gates.wkv4_step_forward
wkv4_step_backward = gates.wkv4_step_backward
wkv4_forward = gates.wkv4_forward
wkv4_backward = gates.wkv4_backward
decay_gate_forward = gates.decay_gate_forward
decay_gate_backward = gates.decay_gate_backward
bounded_decay_gate_forward = gates.bounded_decay_gate_forward
bounded_decay_gate_backward = gates.bounded_decay_gate_backward
time_step_gate_forward = gates.time_step_gate_forward
time_step_gate_backward = gates.time_step_gate_backward
l2norm_forward = gates.l2norm_forward
l2norm_backward = gates.l2norm_backward
