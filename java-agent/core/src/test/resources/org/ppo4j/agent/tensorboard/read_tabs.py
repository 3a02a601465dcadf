"""Prints what TensorBoard's tabs Text and HParams show of runs; run by TensorBoardTest.

    python read_tabs.py FOLDER

prints one JSON object: ``text``, the texts of the run by tag, and ``hparams``, the hyperparameters
of each session group of the folder, as the plugins' own code finds them.
"""

import json
import sys

from google.protobuf.json_format import MessageToDict
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups
from tensorboard.plugins.text import text_plugin

multiplexer = EventMultiplexer().AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()
provider = MultiplexerDataProvider(multiplexer, sys.argv[1])
tbcontext = base_plugin.TBContext(data_provider=provider)
text = text_plugin.TextPlugin(tbcontext)
texts = {
    tag: text.text_impl(RequestContext(), run, tag, "", enable_markdown=True)[0]["text"]
    for run, tags in text.index_impl(RequestContext(), experiment="").items()
    for tag in tags
}
response = list_session_groups.Handler(
    RequestContext(),
    backend_context.Context(tbcontext),
    "",
    api_pb2.ListSessionGroupsRequest(
        slice_size=100, allowed_statuses=api_pb2.Status.values()
    ),
).run()
print(
    json.dumps(
        {
            "text": texts,
            "hparams": [MessageToDict(each).get("hparams", {}) for each in response.session_groups],
        }
    )
)
